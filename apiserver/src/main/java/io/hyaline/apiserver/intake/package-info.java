/** The way of an object from its body to the store: defaults, admission, allocation, validation. */
@NullMarked
package io.hyaline.apiserver.intake;

import org.jspecify.annotations.NullMarked;
