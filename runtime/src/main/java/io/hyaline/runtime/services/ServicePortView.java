package io.hyaline.runtime.services;

import java.util.List;

/**
 * One port of one service in one address family, with what stands behind it.
 *
 * @param service namespace/name
 * @param portName empty for a port without a name
 * @param protocol tcp, udp or sctp
 * @param nodePort 0 for none
 * @param affinitySeconds 0 without session affinity
 * @param endpoints those that are ready, and those that still serve while they end
 */
public record ServicePortView(
        String service,
        String portName,
        String protocol,
        int port,
        int nodePort,
        Addresses addresses,
        Policy policy,
        int affinitySeconds,
        List<Endpoint> endpoints) {

    public ServicePortView {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Where the service is reached.
     *
     * @param cluster empty for a service without one
     * @param external the service's externalIPs
     * @param balancer addresses of load balancers
     * @param sources who may use those; empty for everybody
     */
    public record Addresses(String cluster, List<String> external, List<String> balancer, Sources sources) {

        public Addresses {
            external = List.copyOf(external);
            balancer = List.copyOf(balancer);
        }

        static Addresses clusterOnly(String address) {
            return new Addresses(address, List.of(), List.of(), Sources.ANY);
        }
    }

    /**
     * Client addresses that may use a load balancer's address.
     *
     * @param limited whether there is a limit; then no range means nobody
     */
    public record Sources(boolean limited, List<String> ranges) {

        static final Sources ANY = new Sources(false, List.of());

        public Sources {
            ranges = List.copyOf(ranges);
        }
    }

    /** Whether only endpoints of the node itself serve, for clients outside and inside of the cluster. */
    public record Policy(boolean externalLocal, boolean internalLocal) {

        static final Policy CLUSTER = new Policy(false, false);
    }

    /**
     * Where a pod listens.
     *
     * @param node the pod's node; empty when nobody says
     * @param ending whether it still serves, but not for long
     */
    public record Endpoint(String address, int port, String node, boolean ending) {}

    /** Those that serve: the ready ones or, when there is none, those that are ending. */
    List<Endpoint> everywhere() {
        return serving(endpoints);
    }

    /** Those that serve on one node. */
    List<Endpoint> on(String node) {
        return serving(endpoints.stream().filter(e -> e.node().equals(node)).toList());
    }

    private static List<Endpoint> serving(List<Endpoint> all) {
        List<Endpoint> ready = all.stream().filter(e -> !e.ending()).toList();
        return ready.isEmpty() ? all : ready;
    }

    /** For logs: namespace/name:port. */
    String title() {
        return portName.isEmpty() ? service : service + ":" + portName;
    }
}
