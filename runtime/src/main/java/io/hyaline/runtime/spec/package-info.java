/** What a pod's fields come to once every reference in them is followed: environment, arguments, downward values. */
@NullMarked
package io.hyaline.runtime.spec;

import org.jspecify.annotations.NullMarked;
