/** The data plane: an Envoy v3 configuration, served with Netty. */
@NullMarked
package io.hyaline.proxy;

import org.jspecify.annotations.NullMarked;
