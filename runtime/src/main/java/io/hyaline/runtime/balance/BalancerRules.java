package io.hyaline.runtime.balance;

import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.nft.Marks;
import io.hyaline.runtime.nft.NftChain;
import io.hyaline.runtime.nft.NftSet;
import io.hyaline.runtime.nft.NftTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The load balancer's ruleset. It rewrites nothing: the first packet of a connection chooses a node, the connection
 * remembers it, and its packets are routed there with both addresses as the client wrote them. What nobody serves goes to the
 * load balancer itself, which refuses it at once.
 */
final class BalancerRules {

    /**
     * One service.
     *
     * @param name namespace/name
     * @param sticky whether a client's connections go to the same node
     */
    record Balanced(String name, String address, List<Port> ports, boolean sticky, List<BalancedNode> nodes) {}

    /**
     * One port of a service.
     *
     * @param protocol tcp or udp
     */
    record Port(String protocol, int number) {}

    private BalancerRules() {}

    /** @param services with an address of {@code family} */
    static NftTable table(Ip family, List<Balanced> services) {
        String ip = family.family();
        SortedMap<String, String> ports = new TreeMap<>();
        List<NftChain> chains = new ArrayList<>();
        chains.add(NftChain.base(
                "steer",
                "type filter hook prerouting priority mangle; policy accept;",
                // Answers to a relay of ours, which speaks with the address of whoever connected to a port of the host.
                "iifname \"nodes\" meta l4proto tcp socket transparent 1 meta mark set " + Marks.RELAYED + " accept",
                // A retry of what nobody has answered may choose again: the node may have lost its endpoint meanwhile.
                "ct mark != 0 ct direction original ct status seen-reply meta mark set ct mark accept",
                "ct direction original iifname \"outside\" " + ip + " daddr . meta l4proto . th dport vmap @ports"));
        chains.add(NftChain.base(
                "relayed",
                "type route hook output priority mangle; policy accept;",
                "ct mark != 0 ct direction original ct status seen-reply meta mark set ct mark accept",
                "ct direction original " + ip + " daddr . meta l4proto . th dport vmap @ports"));
        for (Balanced service : services) {
            if (service.nodes().isEmpty()) {
                continue;
            }
            for (Port port : service.ports()) {
                String chain = "to-" + service.name() + "/" + port.protocol();
                ports.put(service.address() + " . " + port.protocol() + " . " + port.number(), "goto " + chain);
                if (chains.stream().noneMatch(c -> c.name().equals(chain))) {
                    chains.add(choice(chain, ip, port.protocol(), service));
                }
            }
        }
        return new NftTable(
                ip,
                "hyaline-balancer",
                List.of(NftSet.map("ports", family.type() + " . inet_proto . inet_service : verdict", ports)),
                chains);
    }

    /**
     * UDP has no first packet: until it is answered, every one has to choose the same. A packet that is in this chain while it
     * changes finds no number in its map, whose elements go at once: it is dropped and sent again, and not refused.
     */
    private static NftChain choice(String chain, String ip, String protocol, Balanced service) {
        int count = service.nodes().size();
        String number;
        if (service.sticky()) {
            number = "jhash " + ip + " saddr mod " + count + " seed 0x1";
        } else if (protocol.equals("udp")) {
            number = "jhash " + ip + " saddr . udp sport mod " + count + " seed 0x1";
        } else {
            number = "numgen inc mod " + count;
        }
        String marks = IntStream.range(0, count)
                .mapToObj(i ->
                        i + " : 0x" + Integer.toHexString(service.nodes().get(i).mark()))
                .collect(Collectors.joining(", "));
        return NftChain.of(
                chain, "ct mark set " + number + " map { " + marks + " }", "meta mark set ct mark", "meta mark 0 drop");
    }
}
