/** The validating webhook: what is said of an object while it is applied. */
@NullMarked
package io.hyaline.pilot.admit;

import org.jspecify.annotations.NullMarked;
