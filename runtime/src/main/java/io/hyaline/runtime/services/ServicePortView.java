package io.hyaline.runtime.services;

import java.util.List;

/**
 * One port of one service, with what stands behind it.
 *
 * @param name namespace/service:port
 * @param protocol tcp or udp
 * @param clusterIp empty for a service without one
 * @param nodePort 0 for none
 * @param affinitySeconds 0 without session affinity
 * @param endpoints address:port of those that are ready, or else of those that still serve while they end
 */
public record ServicePortView(
        String name,
        String protocol,
        String clusterIp,
        int port,
        int nodePort,
        int affinitySeconds,
        List<Endpoint> endpoints) {

    public ServicePortView {
        endpoints = List.copyOf(endpoints);
    }

    /** Where a pod listens. */
    public record Endpoint(String address, int port) {

        String dotted() {
            return address + " . " + port;
        }
    }
}
