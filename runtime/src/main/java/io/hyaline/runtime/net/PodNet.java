package io.hyaline.runtime.net;

import io.hyaline.linux.NetNs;

/**
 * A pod's place in the network.
 *
 * @param link the node's end of its wire
 */
public record PodNet(NetNs namespace, String address, String link) {}
