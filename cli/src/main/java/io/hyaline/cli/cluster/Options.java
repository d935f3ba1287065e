package io.hyaline.cli.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person may choose about a cluster.
 *
 * @param nodes how many nodes, 1 to 20
 * @param egress whether pods reach the world through the host's address
 * @param sidecars who carries a pod's traffic
 * @param ranges the networks, in CIDR notation
 * @param apiPort TCP port of the API server
 * @param apart whether it has a user and network namespace of its own, as an ordinary user's has
 * @param published ports of the host that lead to the gateway
 */
public record Options(
        int nodes,
        boolean egress,
        Sidecars sidecars,
        Ranges ranges,
        int apiPort,
        boolean apart,
        List<Publication> published) {

    public Options {
        published = List.copyOf(published);
    }

    /** Who carries a pod's traffic: one proxy for a node, one for each pod, or a real Envoy for each pod. */
    public enum Sidecars {
        SHARED,
        DEDICATED,
        ENVOY
    }

    /** The four networks of a cluster. */
    public record Ranges(String outside, String nodes, String pods, String services) {
        public static final Ranges DEFAULT =
                new Ranges("203.0.113.0/24", "10.0.0.0/24", "172.20.0.0/16", "10.96.0.0/16");
    }

    public static final int DEFAULT_API_PORT = 6443;

    /** Two nodes, shared sidecars, no way out, the default networks. */
    public static Options standard() {
        return new Options(2, false, Sidecars.SHARED, Ranges.DEFAULT, DEFAULT_API_PORT, !Privilege.root(), List.of());
    }

    /** The same with or without namespaces of its own. */
    public Options apart(boolean own) {
        return new Options(nodes, egress, sidecars, ranges, apiPort, own, published);
    }

    /** The same choices as arguments of {@code hyaline cluster}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--nodes", String.valueOf(nodes),
                "--sidecars", sidecars.name(),
                "--outside-range", ranges.outside(),
                "--node-range", ranges.nodes(),
                "--pod-range", ranges.pods(),
                "--service-range", ranges.services(),
                "--api-port", String.valueOf(apiPort)));
        if (egress) {
            arguments.add("--egress");
        }
        published.forEach(each -> arguments.addAll(List.of("--publish", each.toString())));
        if (apart) {
            arguments.add("--apart");
        }
        return arguments;
    }
}
