/** Values that are matched, and the choice of a filter chain: pure functions over what is known of a connection. */
@NullMarked
package io.hyaline.proxy.match;

import org.jspecify.annotations.NullMarked;
