/**
 * The wires: an outside network, a router, nodes and pods, each a network namespace of its own.
 *
 * <p>Nothing here has a name outside of this process. Namespaces are held by file descriptors, links end in them, and
 * so everything goes with the process. Text for {@code ip} and {@code nft} is made by pure functions in {@link
 * io.hyaline.runtime.net.Wiring}; {@link io.hyaline.runtime.net.Fabric} and {@link io.hyaline.runtime.net.NodeNet}
 * carry it out.
 */
@NullMarked
package io.hyaline.runtime.net;

import org.jspecify.annotations.NullMarked;
