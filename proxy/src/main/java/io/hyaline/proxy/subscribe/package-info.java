/** Discovery over gRPC: streams that follow a control plane, on sockets of the proxy's own making. */
@NullMarked
package io.hyaline.proxy.subscribe;

import org.jspecify.annotations.NullMarked;
