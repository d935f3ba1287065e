/** YAML as kubectl reads it. */
@NullMarked
package io.hyaline.objects.yaml;

import org.jspecify.annotations.NullMarked;
