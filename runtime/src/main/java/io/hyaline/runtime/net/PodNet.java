package io.hyaline.runtime.net;

import io.hyaline.linux.NetNs;
import java.util.List;

/**
 * A pod's place in the network.
 *
 * @param addresses one for each family of the cluster, that of the primary one first
 * @param link the node's end of its wire
 */
public record PodNet(NetNs namespace, List<String> addresses, String link) {

    public PodNet {
        addresses = List.copyOf(addresses);
    }

    /** The address of the primary family. */
    public String address() {
        return addresses.getFirst();
    }
}
