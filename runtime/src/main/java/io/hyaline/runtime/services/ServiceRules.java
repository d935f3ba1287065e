package io.hyaline.runtime.services;

import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ruleset of one node.
 *
 * <p>A packet to a service address and port, from a pod or from the node itself, is sent to one of the endpoints. Its
 * source stays what it is, with two exceptions that are marked 0x4000 and leave with another: a pod that reaches itself
 * through its own service, which could not answer itself, and a packet to a node port, whose answer has to pass this node
 * again.
 */
public final class ServiceRules {

    /** The bit by which packets are marked that must leave with the node's own address. */
    private static final String MARK = "0x4000";

    private final AddressPlan plan;
    private final int node;

    public ServiceRules(AddressPlan plan, int node) {
        this.plan = plan;
        this.node = node;
    }

    /** Replaces everything in one transaction. */
    public String text(List<ServicePortView> ports) {
        StringBuilder out = new StringBuilder();
        out.append("table ip hyaline-services\n");
        out.append("delete table ip hyaline-services\n");
        out.append("table ip hyaline-services {\n");
        map(
                out,
                "services",
                ports.stream().map(p -> entry(p, false)).toList(),
                "ipv4_addr . inet_proto . inet_service");
        map(
                out,
                "node-ports",
                ports.stream()
                        .filter(p -> p.nodePort() > 0)
                        .map(p -> entry(p, true))
                        .toList(),
                "inet_proto . inet_service");
        hairpins(out, ports);
        baseChains(out);
        for (ServicePortView port : ports) {
            chain(out, port);
            if (port.nodePort() > 0) {
                nodePortChain(out, port);
            }
        }
        return out.append("}\n").toString();
    }

    private void map(StringBuilder out, String name, List<String> entries, String type) {
        out.append("    map ")
                .append(name)
                .append(" {\n        type ")
                .append(type)
                .append(" : verdict\n");
        if (!entries.isEmpty()) {
            out.append("        elements = {\n            ")
                    .append(String.join(",\n            ", entries))
                    .append("\n        }\n");
        }
        out.append("    }\n");
    }

    private static String entry(ServicePortView port, boolean nodePort) {
        boolean none = port.endpoints().isEmpty();
        if (nodePort) {
            String target = none ? "goto no-endpoints" : "goto np-" + chainName(port);
            return port.protocol() + " . " + port.nodePort() + " : " + target;
        }
        String target = none ? "goto no-endpoints" : "goto svc-" + chainName(port);
        return port.clusterIp() + " . " + port.protocol() + " . " + port.port() + " : " + target;
    }

    /** Pairs of equal addresses: a packet that an endpoint sends to itself. */
    private static void hairpins(StringBuilder out, List<ServicePortView> ports) {
        TreeSet<String> addresses = ports.stream()
                .flatMap(p -> p.endpoints().stream())
                .map(Endpoint::address)
                .collect(Collectors.toCollection(TreeSet::new));
        out.append("    set hairpins {\n        type ipv4_addr . ipv4_addr\n");
        if (!addresses.isEmpty()) {
            out.append("        elements = { ")
                    .append(addresses.stream().map(a -> a + " . " + a).collect(Collectors.joining(", ")))
                    .append(" }\n");
        }
        out.append("    }\n");
    }

    private void baseChains(StringBuilder out) {
        out.append("""
                    chain dispatch {
                        ip daddr . meta l4proto . th dport vmap @services
                        fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports
                    }
                    chain prerouting {
                        type nat hook prerouting priority dstnat; policy accept;
                        jump dispatch
                    }
                    chain output {
                        type nat hook output priority -100; policy accept;
                        jump dispatch
                    }
                    chain no-endpoints {
                        meta mark set meta mark | 0x8000
                    }
                    chain refuse-forwarded {
                        type filter hook forward priority filter; policy accept;
                        meta mark & 0x8000 == 0x8000 reject
                        ip daddr %1$s ct state new reject
                    }
                    chain refuse-own {
                        type filter hook output priority filter; policy accept;
                        meta mark & 0x8000 == 0x8000 reject
                        ip daddr %1$s ct state new reject
                    }
                    chain refuse-local {
                        type filter hook input priority filter; policy accept;
                        meta mark & 0x8000 == 0x8000 reject
                    }
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        ip saddr . ip daddr @hairpins snat to %2$s
                        meta mark & %3$s == %3$s snat to %4$s
                    }
                """.formatted(plan.services(), plan.podGateway(node), MARK, plan.node(node)));
    }

    private static void chain(StringBuilder out, ServicePortView port) {
        String name = chainName(port);
        out.append("    # ").append(port.name()).append('\n');
        out.append("    chain svc-").append(name).append(" {\n");
        int count = port.endpoints().size();
        if (count > 0) {
            out.append("        meta l4proto ")
                    .append(port.protocol())
                    .append(" dnat ip to ")
                    .append(choice(port))
                    .append(" map { ")
                    .append(IntStream.range(0, count)
                            .mapToObj(i -> i + " : " + port.endpoints().get(i).dotted())
                            .collect(Collectors.joining(", ")))
                    .append(" }\n");
        }
        out.append("    }\n");
    }

    /** At random, or, with session affinity, always the same for the same client as long as the endpoints stay. */
    private static String choice(ServicePortView port) {
        int count = port.endpoints().size();
        return port.affinitySeconds() > 0 ? "jhash ip saddr mod " + count : "numgen random mod " + count;
    }

    private static void nodePortChain(StringBuilder out, ServicePortView port) {
        out.append("""
                    chain np-%1$s {
                        meta mark set meta mark | %2$s
                        goto svc-%1$s
                    }
                """.formatted(chainName(port), MARK));
    }

    /** Readable, and unique by protocol and port. */
    static String chainName(ServicePortView port) {
        String plain = port.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String name = plain + "-" + port.protocol() + "-" + port.port();
        // The kernel takes 127 characters; long names keep their end, where they differ.
        return name.length() > 100 ? name.substring(name.length() - 100).replaceAll("^-+", "") : name;
    }
}
