/** Where sockets come from, and the options that only Linux has. */
@NullMarked
package io.hyaline.proxy.socket;

import org.jspecify.annotations.NullMarked;
