/**
 * Images without a registry: a catalogue says which packages and which command stand for an image name. Built in are
 * those that samples and docs use; a person adds more in {@code $HYALINE_HOME/images.yaml}.
 */
@NullMarked
package io.hyaline.runtime.images;

import org.jspecify.annotations.NullMarked;
