package io.hyaline.runtime.net;

import io.hyaline.runtime.nft.Marks;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Text for {@code ip -batch} and {@code nft -f}; nothing here touches the machine. Addresses and routes name their family by
 * what they contain, so that one batch holds both; rules do not, and are written family by family.
 */
final class Wiring {

    private Wiring() {}

    /** Text of each family, that of the primary one first. */
    static String each(AddressPlan plan, Function<FamilyPlan, String> text) {
        return plan.each(text).stream().collect(Collectors.joining());
    }

    /** IPv6 looks for somebody else with the same address before it uses one; ours are given out once. */
    private static String address(String verb, String link, String addressWithPrefix) {
        String ready = addressWithPrefix.indexOf(':') < 0 ? "" : " nodad";
        return "addr " + verb + " " + addressWithPrefix + " dev " + link + ready + "\n";
    }

    private static String add(String link, String addressWithPrefix) {
        return address("add", link, addressWithPrefix);
    }

    /** An address that the load balancer answers for, or no longer. */
    static String owned(String verb, String address) {
        return address(verb, "outside", Ip.single(address));
    }

    static String fabric(AddressPlan plan) {
        return """
                link set lo up
                link add outside address %s type bridge
                link set outside up
                link add nodes address %s type bridge
                link set nodes up
                """.formatted(
                        mac(plan.primary().routerOutside()), mac(plan.primary().routerNodes()))
                + each(
                        plan,
                        f -> add("outside", f.outside().addressWithPrefix(2))
                                + add("nodes", f.nodes().addressWithPrefix(1)));
    }

    /** Cluster traffic leaves for the outside network under the router's address. */
    static String fabricRules(FamilyPlan plan) {
        return """
                table %1$s hyaline-fabric {
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        oifname "outside" %1$s saddr { %2$s, %3$s } masquerade
                    }
                }
                """.formatted(plan.family().family(), plan.nodes(), plan.pods());
    }

    static String host(AddressPlan plan, String link, String fabric) {
        return """
                link add %1$s type veth peer name host netns %2$s
                link set %1$s up
                """.formatted(link, fabric)
                + each(plan, f -> add(link, f.outside().addressWithPrefix(1)));
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
                """.formatted(number, node) + routeToNode(plan, number);
    }

    static String node(AddressPlan plan, int number) {
        return """
                link set lo up
                link set eth0 up
                link add pods address %s type bridge
                link set pods up
                """.formatted(mac(plan.primary().podGateway(number)))
                + each(
                        plan,
                        f -> add("eth0", f.node(number) + "/" + f.nodes().prefixBits())
                                + "route add default via " + f.routerNodes() + "\n"
                                + add("pods", f.podRange(number).addressWithPrefix(1))
                                + "route add default via " + f.balancerNodes() + " table 100\n");
    }

    /** What has come through the load balancer goes back through it. */
    static String nodeRules() {
        return "rule add priority 100 fwmark %1$s/%1$s lookup 100%n".formatted(Marks.BY_BALANCER);
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

    static String balancer(AddressPlan plan, int nodes) {
        StringBuilder text = new StringBuilder("""
                link set lo up
                link set outside address %s
                link set outside up
                link set nodes address %s
                link set nodes up
                """.formatted(
                mac(plan.primary().balancerOutside()), mac(plan.primary().balancerNodes())));
        for (FamilyPlan family : plan.families()) {
            text.append(add("outside", family.outside().addressWithPrefix(3)));
            text.append(add("nodes", family.nodes().addressWithPrefix(2)));
            for (int number = 1; number <= nodes; number++) {
                text.append("route add default via %s table %d%n".formatted(family.node(number), Marks.toNode(number)));
            }
        }
        return text.toString();
    }

    /** What is marked for a node goes there, even if its destination is an address of the load balancer itself. */
    static String balancerRules(int nodes) {
        StringBuilder text = new StringBuilder("""
                rule add priority 90 fwmark %1$d lookup %1$d
                route add local default dev lo table %1$d
                rule add priority 200 lookup local
                rule delete priority 0
                """.formatted(Marks.RELAYED));
        for (int number = 1; number <= nodes; number++) {
            text.append("rule add priority 100 fwmark %1$d lookup %1$d%n".formatted(Marks.toNode(number)));
        }
        return text.toString();
    }

    static String routeToNode(AddressPlan plan, int other) {
        return each(plan, f -> "route replace %s via %s%n".formatted(f.podRange(other), f.node(other)));
    }

    /** With IPv6, pods have addresses of the link itself, by which they would reach each other past their node. */
    static String nodePodPort(AddressPlan plan, String link, String pod) {
        String alone = plan.of(Ip.V6).isPresent() ? "link set " + link + " type bridge_slave isolated on\n" : "";
        return """
                link add %1$s type veth peer name eth0 netns %2$s
                link set %1$s master pods
                %3$slink set %1$s up
                """.formatted(link, pod, alone);
    }

    /**
     * A pod knows nothing but its gateway: a neighbour's answer must pass the node too, or the node could not undo the
     * rewriting of a service address.
     */
    static String pod(AddressPlan plan, int node, List<String> addresses) {
        StringBuilder text = new StringBuilder("link set lo up\nlink set eth0 up\n");
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            String gateway = plan.families().get(i).podGateway(node);
            text.append(add("eth0", Ip.single(address)));
            text.append("route add %1$s dev eth0 scope link%nroute add default via %1$s dev eth0 src %2$s%n"
                    .formatted(gateway, address));
        }
        return text.toString();
    }

    /** Fixed, so that neighbours need not learn a bridge's address anew when ports come and go. */
    static String mac(String address) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        StringBuilder mac = new StringBuilder("0a:58");
        for (int i = bytes.length - 4; i < bytes.length; i++) {
            mac.append(String.format(":%02x", bytes[i] & 255));
        }
        return mac.toString();
    }
}
