package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.nft.NftTable;
import io.hyaline.runtime.services.ServicePortView.Addresses;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import io.hyaline.runtime.services.ServicePortView.Policy;
import io.hyaline.runtime.services.ServicePortView.Sources;
import io.hyaline.testkit.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {

    private static final NodeView NODE_1 = NodeView.of(AddressPlan.DEFAULT.primary(), 1);
    private static final NodeView NODE_2 = NodeView.of(AddressPlan.DEFAULT.primary(), 2);
    private static final NodeView NODE_1_V6 = NodeView.of(AddressPlan.DEFAULT_V6.primary(), 1);

    private static final Endpoint ON_1 = new Endpoint("172.20.1.5", 8000, "node-1", false);
    private static final Endpoint ON_2 = new Endpoint("172.20.2.7", 8000, "node-2", false);

    private static ServicePortView port(
            String service, int nodePort, Addresses addresses, Policy policy, Endpoint... to) {
        return new ServicePortView(service, "http", "tcp", 80, nodePort, addresses, policy, 0, List.of(to));
    }

    private static List<ServicePortView> ports() {
        Addresses gateway = new Addresses(
                "10.96.1.4",
                List.of("198.51.100.7"),
                List.of("203.0.113.80"),
                new Sources(true, List.of("203.0.113.0/26")));
        List<ServicePortView> ports = new ArrayList<>();
        ports.add(port("default/cluster", 30080, Addresses.clusterOnly("10.96.1.1"), Policy.CLUSTER, ON_1, ON_2));
        ports.add(port("default/inside", 0, Addresses.clusterOnly("10.96.1.2"), new Policy(false, true), ON_2));
        ports.add(port("default/local", 30081, gateway, new Policy(true, false), ON_1));
        ports.add(port("default/nobody", 30082, Addresses.clusterOnly("10.96.1.3"), Policy.CLUSTER));
        ports.add(new ServicePortView(
                "default/sticky",
                "",
                "tcp",
                80,
                0,
                Addresses.clusterOnly("10.96.1.5"),
                Policy.CLUSTER,
                10800,
                List.of(ON_1, ON_2)));
        ports.add(new ServicePortView(
                "kube-system/kube-dns",
                "dns",
                "udp",
                53,
                0,
                Addresses.clusterOnly("10.96.0.10"),
                Policy.CLUSTER,
                0,
                List.of(
                        new Endpoint("10.0.0.93", 53, "node-1", false),
                        new Endpoint("10.0.0.94", 53, "node-2", false))));
        return ports;
    }

    /** What becomes of them: one flips its policy, one loses an endpoint, one goes, one comes. */
    private static List<ServicePortView> laterPorts() {
        List<ServicePortView> ports = new ArrayList<>(ports());
        ports.set(0, port("default/cluster", 30080, ports.get(0).addresses(), new Policy(true, false), ON_1, ON_2));
        ports.set(2, port("default/local", 30081, ports.get(2).addresses(), Policy.CLUSTER, ON_1));
        ports.set(3, port("default/somebody", 0, Addresses.clusterOnly("10.96.1.3"), Policy.CLUSTER, ON_2));
        ServicePortView sticky = ports.get(4);
        ports.set(
                4,
                new ServicePortView(
                        sticky.service(), "", "tcp", 80, 0, sticky.addresses(), Policy.CLUSTER, 60, List.of(ON_2)));
        return ports;
    }

    private static List<ServicePortView> portsV6() {
        Addresses addresses = new Addresses("fd00:10:96::101", List.of(), List.of("2001:db8:113::50"), Sources.ANY);
        return List.of(new ServicePortView(
                "default/echo",
                "",
                "tcp",
                80,
                30080,
                addresses,
                new Policy(true, false),
                60,
                List.of(new Endpoint("fd00:172:20:1::5", 8080, "node-1", false))));
    }

    @Test
    void textOfEachNode() {
        Golden.verify(
                "services",
                "node-1.nft",
                new ServiceRules(NODE_1).table(ports()).text());
        Golden.verify(
                "services",
                "node-2.nft",
                new ServiceRules(NODE_2).table(ports()).text());
        Golden.verify(
                "services",
                "node-1-ipv6.nft",
                new ServiceRules(NODE_1_V6).table(portsV6()).text());
    }

    @Test
    void textOfAChange() {
        NftTable before = new ServiceRules(NODE_1).table(ports());
        NftTable after = new ServiceRules(NODE_1).table(laterPorts());
        Golden.verify("services", "change.nft", after.changesFrom(before));
        assertThat(after.changesFrom(after)).isEmpty();
    }

    @Test
    @Tag("netns")
    void theKernelTakesItWholeAndInSteps() {
        try (NetNs node = NetNs.create("node");
                NetNs other = NetNs.create("other");
                NamespaceThread thread = new NamespaceThread("rules")) {
            NftTable none = new ServiceRules(NODE_1).table(List.of());
            NftTable first = new ServiceRules(NODE_1).table(ports());
            NftTable second = new ServiceRules(NODE_1).table(laterPorts());
            for (String text : List.of(
                    none.text(), first.changesFrom(none), second.changesFrom(first), first.changesFrom(second))) {
                Command.of("nft", "-f", "-").withInput(text).check(thread, node);
            }
            Command.of("nft", "-f", "-").withInput(first.text()).check(thread, other);
            assertThat(sorted(thread, node)).isEqualTo(sorted(thread, other));
            Command.of("nft", "-f", "-").withInput(second.changesFrom(first)).check(thread, node);
            Command.of("nft", "-f", "-").withInput(none.changesFrom(second)).check(thread, node);
            Command.of("nft", "-f", "-").withInput(none.text()).check(thread, other);
            assertThat(sorted(thread, node)).isEqualTo(sorted(thread, other));
            Command.of("nft", "-f", "-")
                    .withInput(new ServiceRules(NODE_1_V6).table(portsV6()).text())
                    .check(thread, node);
        }
    }

    private static List<String> sorted(NamespaceThread thread, NetNs where) {
        return Command.of("nft", "list", "ruleset")
                .check(thread, where)
                .lines()
                .sorted()
                .toList();
    }

    @Test
    void aChangeOfOneServiceIsSmallAmongMany() {
        List<ServicePortView> many = IntStream.range(0, 500)
                .mapToObj(i -> port(
                        "default/s" + i,
                        0,
                        Addresses.clusterOnly("10.96." + i / 200 + "." + (i % 200 + 20)),
                        Policy.CLUSTER,
                        ON_1,
                        ON_2))
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        NftTable before = new ServiceRules(NODE_1).table(many);
        many.set(250, port("default/s250", 0, many.get(250).addresses(), Policy.CLUSTER, ON_1));
        assertThat(new ServiceRules(NODE_1).table(many).changesFrom(before).lines())
                .hasSizeLessThan(5);
    }

    @Test
    void namesStayDistinct() {
        String longName = "n".repeat(63) + "/" + "s".repeat(63);
        List<String> names = List.of(
                ChainNames.of(port("a/b-c", 0, Addresses.clusterOnly(""), Policy.CLUSTER)),
                ChainNames.of(port("a-b/c", 0, Addresses.clusterOnly(""), Policy.CLUSTER)),
                ChainNames.of(port(longName, 0, Addresses.clusterOnly(""), Policy.CLUSTER)),
                ChainNames.of(port(longName + "t", 0, Addresses.clusterOnly(""), Policy.CLUSTER)));
        assertThat(names).doesNotHaveDuplicates().allMatch(n -> n.length() < 80);
    }
}
