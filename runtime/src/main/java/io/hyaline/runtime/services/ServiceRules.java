package io.hyaline.runtime.services;

import io.hyaline.runtime.nft.Marks;
import io.hyaline.runtime.nft.NftChain;
import io.hyaline.runtime.nft.NftSet;
import io.hyaline.runtime.nft.NftTable;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ruleset of one node, in one address family: what kube-proxy does there.
 *
 * <p>A packet to an address and port of a service goes to one of the endpoints. Its source stays what it is, except
 *
 * <ul>
 *   <li>where it came from outside under the policy Cluster: any endpoint may serve it, and only this node knows how to
 *       undo the rewriting. It leaves with the node's own address, which is said explicitly: masquerading would take the
 *       address of the bridge for an endpoint of this node;
 *   <li>where a pod reaches itself, which could not answer itself.
 * </ul>
 *
 * <p>Only the first packet of a connection passes these chains. The kernel rewrites the others as it did that one, and so
 * connections outlive every change made here.
 */
public final class ServiceRules {

    private static final String TABLE = "hyaline-services";

    private final NodeView node;

    public ServiceRules(NodeView node) {
        this.node = node;
    }

    /** The whole table; with none, all the same, one that refuses what no service has. */
    public NftTable table(List<ServicePortView> ports) {
        SortedMap<String, String> services = new TreeMap<>();
        SortedMap<String, String> nodePorts = new TreeMap<>();
        TreeSet<String> endpoints = new TreeSet<>();
        TreeSet<String> balanced = new TreeSet<>();
        List<NftSet> sets = new ArrayList<>();
        List<NftChain> chains = new ArrayList<>(baseChains());
        for (ServicePortView port : ports) {
            ServiceChains own = new ServiceChains(node, port);
            own.entries(services, nodePorts);
            chains.addAll(own.chains());
            sets.addAll(own.memories());
            port.endpoints().stream().map(Endpoint::address).forEach(endpoints::add);
            balanced.addAll(port.addresses().balancer());
        }
        List<NftSet> all = new ArrayList<>();
        String type = node.family().type();
        all.add(NftSet.map("services", type + " . inet_proto . inet_service : verdict", services));
        all.add(NftSet.map("node-ports", "inet_proto . inet_service : verdict", nodePorts));
        all.add(NftSet.set("hairpins", type + " . " + type, pairs(endpoints)));
        all.add(NftSet.set("balanced", type, balanced));
        all.addAll(sets);
        return new NftTable(node.family().family(), TABLE, all, chains);
    }

    /** Pairs of equal addresses: a packet that an endpoint sends to itself. */
    private static List<String> pairs(Collection<String> addresses) {
        return addresses.stream().map(a -> a + " . " + a).toList();
    }

    private List<NftChain> baseChains() {
        String ip = node.family().family();
        String refuse = Marks.isSet(Marks.REFUSED) + " reject";
        String unknown = ip + " daddr " + node.services() + " ct state new reject";
        String back = "ct direction reply ct original " + ip + " daddr @balanced ct original " + ip + " saddr != { "
                + node.cluster() + " } " + Marks.set(Marks.BY_BALANCER);
        return List.of(
                NftChain.of(
                        "dispatch",
                        ip + " daddr . meta l4proto . th dport vmap @services",
                        "fib daddr type local " + ip + " daddr != "
                                + node.family().loopback() + " meta l4proto . th dport vmap @node-ports"),
                NftChain.base(
                        "prerouting", "type nat hook prerouting priority dstnat; policy accept;", "jump dispatch"),
                NftChain.base("output", "type nat hook output priority -100; policy accept;", "jump dispatch"),
                NftChain.of(ServiceChains.NO_ENDPOINTS, Marks.set(Marks.REFUSED)),
                NftChain.base(
                        "refuse-forwarded",
                        "type filter hook forward priority filter; policy accept;",
                        refuse,
                        unknown),
                NftChain.base("refuse-own", "type filter hook output priority filter; policy accept;", refuse, unknown),
                NftChain.base("refuse-local", "type filter hook input priority filter; policy accept;", refuse),
                NftChain.base("back-forwarded", "type filter hook prerouting priority mangle; policy accept;", back)
                        .withNote("answers of what came through a load balancer go back through it"),
                NftChain.base("back-own", "type route hook output priority mangle; policy accept;", back),
                NftChain.base(
                        "postrouting",
                        "type nat hook postrouting priority srcnat; policy accept;",
                        ip + " saddr . " + ip + " daddr @hairpins snat to " + node.podGateway(),
                        Marks.isSet(Marks.SNAT) + " snat to " + node.address() + " fully-random"));
    }
}
