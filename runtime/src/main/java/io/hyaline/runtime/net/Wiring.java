package io.hyaline.runtime.net;

import io.hyaline.linux.UserIds;
import io.hyaline.runtime.nft.Marks;
import java.util.Map;

/** Text for {@code ip -batch} and {@code nft -f}; nothing here touches the machine. */
final class Wiring {

    /** Kernel switches of every namespace that we make: what TPROXY needs and what a pod expects. */
    static final Map<String, String> NAMESPACE_SWITCHES = Map.of(
            "ipv4/conf/all/rp_filter", "0",
            "ipv4/conf/default/rp_filter", "0",
            "ipv4/conf/all/src_valid_mark", "0",
            "ipv4/conf/default/src_valid_mark", "0",
            "ipv4/tcp_fwmark_accept", "0",
            "ipv4/ip_local_port_range", "32768 60999");

    private static final long LAST_GROUP = 2147483647;

    /** A pod may listen on any port and ping without a capability, as under containerd. */
    static Map<String, String> podSwitches(UserIds ids) {
        String groups = "0 " + Math.min(ids.last(), LAST_GROUP);
        return Map.of("ipv4/ip_unprivileged_port_start", "0", "ipv4/ping_group_range", groups);
    }

    /** Redirects would teach pods a way around the rules of their node. */
    static final Map<String, String> ROUTER_SWITCHES = Map.of(
            "ipv4/ip_forward", "1", "ipv4/conf/all/send_redirects", "0", "ipv4/conf/default/send_redirects", "0");

    /**
     * Where the kernel has br_netfilter, it would rewrite service addresses inside the bridge and send the packet on from
     * there, past the rules that change sources.
     */
    static final Map<String, String> BRIDGE_SWITCHES = Map.of(
            "bridge/bridge-nf-call-iptables", "0",
            "bridge/bridge-nf-call-ip6tables", "0",
            "bridge/bridge-nf-call-arptables", "0");

    /** Answers that pass the load balancer come from addresses that it has itself. */
    static final Map<String, String> BALANCER_SWITCHES = Map.of("ipv4/conf/all/accept_local", "1");

    private Wiring() {}

    static String fabric(AddressPlan plan) {
        return """
                link set lo up
                link add outside address %s type bridge
                addr add %s dev outside
                link set outside up
                link add nodes address %s type bridge
                addr add %s dev nodes
                link set nodes up
                """.formatted(
                        mac(plan.routerOutside()),
                        plan.outside().addressWithPrefix(2),
                        mac(plan.routerNodes()),
                        plan.nodes().addressWithPrefix(1));
    }

    /** Cluster traffic leaves for the outside network under the router's address. */
    static String fabricRules(AddressPlan plan) {
        return """
                table ip hyaline-fabric {
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        oifname "outside" ip saddr { %s, %s } masquerade
                    }
                }
                """.formatted(plan.nodes(), plan.pods());
    }

    static String host(AddressPlan plan, String link, String fabric) {
        return """
                link add %1$s type veth peer name host netns %2$s
                addr add %3$s dev %1$s
                link set %1$s up
                """.formatted(link, fabric, plan.outside().addressWithPrefix(1));
    }

    static String fabricHostPort() {
        return """
                link set host master outside
                link set host up
                """;
    }

    static String fabricNodePort(AddressPlan plan, int number, String node) {
        return """
                link add n%1$d type veth peer name eth0 netns %2$s
                link set n%1$d master nodes
                link set n%1$d up
                route add %3$s via %4$s
                """.formatted(number, node, plan.podRange(number), plan.node(number));
    }

    static String node(AddressPlan plan, int number) {
        return """
                link set lo up
                addr add %s/%d dev eth0
                link set eth0 up
                route add default via %s
                link add pods address %s type bridge
                addr add %s dev pods
                link set pods up
                rule add priority 100 fwmark %s/%s lookup 100
                route add default via %s table 100
                """.formatted(
                        plan.node(number),
                        plan.nodes().prefixBits(),
                        plan.routerNodes(),
                        mac(plan.podGateway(number)),
                        plan.podRange(number).addressWithPrefix(1),
                        Marks.BY_BALANCER,
                        Marks.BY_BALANCER,
                        plan.balancerNodes());
    }

    static String fabricBalancerPorts(String balancer) {
        return """
                link add lb-outside type veth peer name outside netns %1$s
                link set lb-outside master outside
                link set lb-outside up
                link add lb-nodes type veth peer name nodes netns %1$s
                link set lb-nodes master nodes
                link set lb-nodes up
                """.formatted(balancer);
    }

    /** What is marked for a node goes there, even if its destination is an address of the load balancer itself. */
    static String balancer(AddressPlan plan) {
        return """
                link set lo up
                link set outside address %1$s
                addr add %2$s dev outside
                link set outside up
                link set nodes address %3$s
                addr add %4$s dev nodes
                link set nodes up
                rule add priority 90 fwmark %5$d lookup %5$d
                route add local default dev lo table %5$d
                rule add priority 200 lookup local
                rule delete priority 0
                """.formatted(
                        mac(plan.balancerOutside()),
                        plan.outside().addressWithPrefix(3),
                        mac(plan.balancerNodes()),
                        plan.nodes().addressWithPrefix(2),
                        Marks.RELAYED);
    }

    static String balancerToNode(AddressPlan plan, int number) {
        return """
                rule add priority 100 fwmark %1$d lookup %1$d
                route add default via %2$s table %1$d
                """.formatted(Marks.toNode(number), plan.node(number));
    }

    static String routeToNode(AddressPlan plan, int other) {
        return "route replace %s via %s%n".formatted(plan.podRange(other), plan.node(other));
    }

    static String nodePodPort(String link, String pod) {
        return """
                link add %1$s type veth peer name eth0 netns %2$s
                link set %1$s master pods
                link set %1$s up
                """.formatted(link, pod);
    }

    /**
     * A pod knows nothing but its gateway: a neighbour's answer must pass the node too, or the node could not undo the
     * rewriting of a service address.
     */
    static String pod(String address, String gateway) {
        return """
                link set lo up
                addr add %1$s/32 dev eth0
                link set eth0 up
                route add %2$s dev eth0 scope link
                route add default via %2$s src %1$s
                """.formatted(address, gateway);
    }

    /** Fixed, so that neighbours need not learn a bridge's address anew when ports come and go. */
    static String mac(String address) {
        StringBuilder mac = new StringBuilder("0a:58");
        for (String part : address.split("\\.")) {
            mac.append(String.format(":%02x", Integer.parseInt(part)));
        }
        return mac.toString();
    }
}
