/** Listening sockets: accept, original destination, inspection, filter chain. */
@NullMarked
package io.hyaline.proxy.listen;

import org.jspecify.annotations.NullMarked;
