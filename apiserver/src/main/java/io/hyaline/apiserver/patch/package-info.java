/** JSON patch, merge patch and strategic merge patch, as pure functions over trees. */
@NullMarked
package io.hyaline.apiserver.patch;

import org.jspecify.annotations.NullMarked;
