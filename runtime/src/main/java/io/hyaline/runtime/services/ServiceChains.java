package io.hyaline.runtime.services;

import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.nft.Marks;
import io.hyaline.runtime.nft.NftChain;
import io.hyaline.runtime.nft.NftSet;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The chains of one port of one service on one node.
 *
 * <ul>
 *   <li>{@code svc-} chooses among all endpoints, {@code svl-} among those of this node;
 *   <li>{@code ext-} is for those who come by a node port, an external or a load balancer's address: it decides whose
 *       source is replaced;
 *   <li>{@code fw-} lets only some clients to a load balancer's address;
 *   <li>{@code ep-} leads to one endpoint and remembers who went there; with session affinity only.
 * </ul>
 */
final class ServiceChains {

    static final String NO_ENDPOINTS = "no-endpoints";
    private static final String DROP = "drop";
    private static final int REMEMBERED_CLIENTS = 65_536;

    private final NodeView node;
    private final ServicePortView port;
    private final String name;
    private final List<Endpoint> everywhere;
    private final List<Endpoint> here;

    ServiceChains(NodeView node, ServicePortView port) {
        this.node = node;
        this.port = port;
        this.name = ChainNames.of(port);
        this.everywhere = port.everywhere();
        this.here = port.on(node.name());
    }

    private boolean outside() {
        return port.nodePort() > 0
                || !port.addresses().external().isEmpty()
                || !port.addresses().balancer().isEmpty();
    }

    private boolean limited() {
        return port.addresses().sources().limited()
                && !port.addresses().balancer().isEmpty();
    }

    /** Adds where packets to this port begin. Where two services claim the same, the first keeps it. */
    void entries(SortedMap<String, String> services, SortedMap<String, String> nodePorts) {
        String rest = " . " + port.protocol() + " . " + port.port();
        if (!port.addresses().cluster().isEmpty()) {
            services.putIfAbsent(port.addresses().cluster() + rest, inside());
        }
        String external = everywhere.isEmpty() ? "goto " + NO_ENDPOINTS : "goto ext-" + name;
        port.addresses().external().forEach(a -> services.putIfAbsent(a + rest, external));
        String balanced = limited() ? "goto fw-" + name : external;
        port.addresses().balancer().forEach(a -> services.putIfAbsent(a + rest, balanced));
        if (port.nodePort() > 0) {
            nodePorts.putIfAbsent(port.protocol() + " . " + port.nodePort(), external);
        }
    }

    private String inside() {
        if (everywhere.isEmpty()) {
            return "goto " + NO_ENDPOINTS;
        }
        if (port.policy().internalLocal()) {
            return here.isEmpty() ? DROP : "goto svl-" + name;
        }
        return "goto svc-" + name;
    }

    List<NftChain> chains() {
        if (everywhere.isEmpty() && !limited()) {
            return List.of();
        }
        List<NftChain> chains = new ArrayList<>();
        if (limited()) {
            chains.add(firewall());
        }
        if (!everywhere.isEmpty()) {
            if (outside()) {
                chains.add(external());
            }
            if (port.affinitySeconds() > 0) {
                everyEndpoint().forEach(e -> chains.add(endpoint(e)));
            }
            chains.add(choosing("svc-", everywhere));
            if (!here.isEmpty()
                    && (port.policy().externalLocal() || port.policy().internalLocal())) {
                chains.add(choosing("svl-", here));
            }
            chains.set(0, chains.getFirst().withNote(port.title()));
        }
        return chains;
    }

    /** Who remembers which clients went where: a set for each endpoint. */
    List<NftSet> memories() {
        return port.affinitySeconds() == 0
                ? List.of()
                : everyEndpoint().stream()
                        .map(e -> NftSet.remembering(memory(e), node.family().type(), REMEMBERED_CLIENTS))
                        .toList();
    }

    private List<Endpoint> everyEndpoint() {
        TreeSet<String> seen = new TreeSet<>();
        List<Endpoint> all = new ArrayList<>(everywhere);
        all.addAll(here);
        return all.stream().filter(e -> seen.add(memory(e))).toList();
    }

    private String memory(Endpoint endpoint) {
        return "aff-" + ChainNames.of(name, endpoint);
    }

    private NftChain firewall() {
        List<String> rules = new ArrayList<>();
        List<String> ranges = port.addresses().sources().ranges();
        if (!ranges.isEmpty()) {
            rules.add(saddr() + " { " + String.join(", ", ranges) + " } goto "
                    + (everywhere.isEmpty() ? NO_ENDPOINTS : "ext-" + name));
        }
        rules.add(DROP);
        return new NftChain("fw-" + name, "", "", rules);
    }

    private NftChain external() {
        String any = "goto svc-" + name;
        if (!port.policy().externalLocal()) {
            return NftChain.of("ext-" + name, Marks.set(Marks.SNAT), any);
        }
        return NftChain.of(
                "ext-" + name,
                saddr() + " " + node.pods() + " " + any,
                "fib saddr type local " + Marks.set(Marks.SNAT) + " " + any,
                here.isEmpty() ? DROP : "goto svl-" + name);
    }

    private String saddr() {
        return node.family().family() + " saddr";
    }

    /** A packet that is in this chain while it changes finds no endpoint in its map: it is sent again, and not refused. */
    private NftChain choosing(String prefix, List<Endpoint> endpoints) {
        List<String> rules = new ArrayList<>();
        if (!port.addresses().cluster().isEmpty()) {
            rules.add(node.family().family() + " daddr " + port.addresses().cluster() + " " + saddr() + " != "
                    + node.pods() + " " + Marks.set(Marks.SNAT));
        }
        String random = "numgen random mod " + endpoints.size() + " ";
        if (port.affinitySeconds() > 0) {
            endpoints.forEach(e -> rules.add(saddr() + " @" + memory(e) + " goto ep-" + ChainNames.of(name, e)));
            rules.add(random + "vmap { " + numbered(endpoints, e -> "goto ep-" + ChainNames.of(name, e)) + " }");
        } else {
            rules.add(
                    "meta l4proto " + port.protocol() + " dnat " + node.family().family() + " to " + random + "map { "
                            + numbered(endpoints, e -> e.address() + " . " + e.port()) + " }");
        }
        rules.add(DROP);
        return new NftChain(prefix + name, "", "", rules);
    }

    private static String numbered(List<Endpoint> endpoints, Function<Endpoint, String> text) {
        return IntStream.range(0, endpoints.size())
                .mapToObj(i -> i + " : " + text.apply(endpoints.get(i)))
                .collect(Collectors.joining(", "));
    }

    /** The memory being full must not stop the packet, hence two rules. */
    private NftChain endpoint(Endpoint endpoint) {
        return NftChain.of(
                "ep-" + ChainNames.of(name, endpoint),
                "update @" + memory(endpoint) + " { " + saddr() + " timeout " + port.affinitySeconds() + "s }",
                "meta l4proto " + port.protocol() + " dnat to " + Ip.target(endpoint.address(), endpoint.port()));
    }
}
