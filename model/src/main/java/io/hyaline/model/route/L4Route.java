package io.hyaline.model.route;

import java.util.List;

/** One entry of a VirtualService's {@code tls} or {@code tcp}; no match takes every connection. */
public record L4Route(List<Match> matches, List<WeightedDestination> destinations) {
    public L4Route {
        matches = List.copyOf(matches);
        destinations = List.copyOf(destinations);
    }

    /**
     * Which connections.
     *
     * @param serverNames of the ClientHello; empty for TCP
     * @param destinationSubnets CIDRs or addresses; empty means all
     * @param sourceSubnet a CIDR or an address, or empty
     */
    public record Match(List<String> serverNames, List<String> destinationSubnets, String sourceSubnet, Caller caller) {
        public Match {
            serverNames = List.copyOf(serverNames);
            destinationSubnets = List.copyOf(destinationSubnets);
        }
    }
}
