package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.wire.Protos;

/** All addresses of a proxy, as listeners bind to them. */
final class Wildcards {
    private static final String IPV4 = "0.0.0.0";
    private static final String IPV6 = "::";

    private Wildcards() {}

    /** The one that names are made of. */
    static String of(ProxyNode node) {
        return switch (node.families()) {
            case IPV6 -> IPV6;
            case IPV4, BOTH, BOTH_IPV6_FIRST -> IPV4;
        };
    }

    static void bind(Listener.Builder listener, ProxyNode node, int port) {
        listener.setAddress(Protos.address(of(node), port)).clearAdditionalAddresses();
        if (node.families().both()) {
            listener.addAdditionalAddresses(AdditionalAddress.newBuilder().setAddress(Protos.address(IPV6, port)));
        }
    }
}
