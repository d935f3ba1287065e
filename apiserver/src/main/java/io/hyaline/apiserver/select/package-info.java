/** Label and field selectors. */
@NullMarked
package io.hyaline.apiserver.select;

import org.jspecify.annotations.NullMarked;
