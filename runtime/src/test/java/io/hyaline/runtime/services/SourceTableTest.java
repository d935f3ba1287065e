package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.net.PodNet;
import io.hyaline.runtime.services.ServicePortView.Addresses;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import io.hyaline.runtime.services.ServicePortView.Policy;
import io.hyaline.runtime.services.ServicePortView.Sources;
import io.hyaline.testkit.Eventually;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pod sees, for each way to it and each policy: real packets through the rules of two nodes. */
@Tag("netns")
class SourceTableTest {

    private static final String CLUSTER_IP = "10.96.1.1";
    private static final String BALANCER_IP = "203.0.113.80";
    private static final String EXTERNAL_IP = "203.0.113.90";
    private static final String CLIENT = "203.0.113.50";
    private static final int NODE_PORT = 30080;
    private static final Policy LOCAL = new Policy(true, false);

    private static Wires wires;
    private static PodNet one;
    private static PodNet two;
    private static PodNet caller;
    private static NetNs client;

    @BeforeAll
    static void build() {
        wires = new Wires();
        one = wires.pod(1, "one");
        two = wires.pod(2, "two");
        caller = wires.pod(1, "caller");
        client = wires.client(CLIENT);
        wires.keep(Echo.start(wires.thread, one.namespace(), "one", 8080));
        wires.keep(Echo.start(wires.thread, two.namespace(), "two", 8080));
    }

    @AfterAll
    static void remove() {
        wires.close();
    }

    private static Endpoint onNode1() {
        return new Endpoint(one.address(), 8080, "node-1", false);
    }

    private static Endpoint onNode2() {
        return new Endpoint(two.address(), 8080, "node-2", false);
    }

    private static ServicePortView port(String protocol, Policy policy, int affinity, Endpoint... endpoints) {
        return new ServicePortView(
                "default/echo",
                "",
                protocol,
                80,
                NODE_PORT,
                new Addresses(CLUSTER_IP, List.of(EXTERNAL_IP), List.of(BALANCER_IP), Sources.ANY),
                policy,
                affinity,
                List.of(endpoints));
    }

    private static void rules(ServicePortView... ports) {
        for (NodeNet node : wires.nodes) {
            node.rules(new ServiceRules(NodeView.of(Wires.PLAN, node.number()))
                    .table(List.of(ports))
                    .text());
        }
    }

    private static String ask(NetNs from, String address, int port) {
        return Caller.ask(wires.thread, from, address, port);
    }

    private static String askBalancer(NetNs from, int node) {
        wires.steer(BALANCER_IP, node);
        return ask(from, BALANCER_IP, 80);
    }

    @Test
    void podToClusterIpKeepsItsAddress() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(caller.namespace(), CLUSTER_IP, 80)).isEqualTo("two " + caller.address());
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(caller.namespace(), CLUSTER_IP, 80)).isEqualTo("one " + caller.address());
    }

    @Test
    void whoeverIsNoPodReachesClusterIpsAsTheNode() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(wires.nodes.getFirst().namespace(), CLUSTER_IP, 80)).isEqualTo("two 10.0.0.93");
        wires.ip(client, "route replace 10.96.0.0/16 via 203.0.113.2");
        wires.ip(wires.host, "route replace 10.96.0.0/16 via 203.0.113.2");
        // The router knows no services: no packet from outside comes as far as a ClusterIP.
        assertThat(ask(client, CLUSTER_IP, 80)).isNotEqualTo("two " + CLIENT);
    }

    @Test
    void podThatReachesItselfSeesItsNode() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(one.namespace(), CLUSTER_IP, 80)).isEqualTo("one 172.20.1.1");
        assertThat(ask(one.namespace(), "10.0.0.93", NODE_PORT)).startsWith("one ");
        assertThat(ask(one.namespace(), BALANCER_IP, 80)).startsWith("one ");
    }

    @Test
    void policyClusterShowsTheNodeThatReceivedThePacket() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(client, "10.0.0.93", NODE_PORT)).isEqualTo("one 10.0.0.93");
        assertThat(ask(client, "10.0.0.94", NODE_PORT)).isEqualTo("one 10.0.0.94");
        assertThat(askBalancer(client, 1)).isEqualTo("one 10.0.0.93");
        assertThat(askBalancer(client, 2)).isEqualTo("one 10.0.0.94");
        assertThat(askBalancer(wires.host, 1)).isEqualTo("one 10.0.0.93");
    }

    @Test
    void policyLocalKeepsTheClientsAddress() {
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, "10.0.0.93", NODE_PORT)).isEqualTo("one " + CLIENT);
        assertThat(askBalancer(client, 1)).isEqualTo("one " + CLIENT);
        assertThat(askBalancer(wires.host, 1)).isEqualTo("one 203.0.113.1");
    }

    @Test
    void policyLocalDropsWhereThereIsNoEndpoint() {
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, "10.0.0.94", NODE_PORT)).isEqualTo("no answer");
        assertThat(askBalancer(client, 2)).isEqualTo("no answer");
    }

    @Test
    void podsAreInsideForThePolicyLocalToo() {
        rules(port("tcp", LOCAL, 0, onNode2()));
        assertThat(ask(caller.namespace(), BALANCER_IP, 80)).isEqualTo("two " + caller.address());
        assertThat(ask(caller.namespace(), "10.0.0.93", NODE_PORT)).isEqualTo("two " + caller.address());
    }

    @Test
    void theNodeItselfIsMasqueradedUnderThePolicyLocal() {
        rules(port("tcp", LOCAL, 0, onNode2()));
        NetNs node = wires.nodes.getFirst().namespace();
        assertThat(ask(node, BALANCER_IP, 80)).isEqualTo("two 10.0.0.93");
        assertThat(ask(node, "10.0.0.93", NODE_PORT)).isEqualTo("two 10.0.0.93");
    }

    @Test
    void externalAddressesFollowTheSamePolicy() {
        wires.steer(EXTERNAL_IP, 1);
        // Nobody hands out externalIPs: whoever routes them there also sends the answers on, here the router.
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, EXTERNAL_IP, 80)).isEqualTo("one " + CLIENT);
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(client, EXTERNAL_IP, 80)).isEqualTo("two 10.0.0.93");
        assertThat(ask(caller.namespace(), EXTERNAL_IP, 80)).isEqualTo("two 10.0.0.93");
    }

    @Test
    void internalPolicyLocalStaysOnTheNode() {
        rules(port("tcp", new Policy(false, true), 0, onNode1(), onNode2()));
        assertThat(IntStream.range(0, 8).mapToObj(i -> ask(caller.namespace(), CLUSTER_IP, 80)))
                .containsOnly("one " + caller.address());
        rules(port("tcp", new Policy(false, true), 0, onNode2()));
        assertThat(ask(caller.namespace(), CLUSTER_IP, 80)).isEqualTo("no answer");
    }

    @Test
    void onlyTheseSourcesReachTheBalancersAddress() {
        ServicePortView open = port("tcp", LOCAL, 0, onNode1());
        Sources sources = new Sources(true, SourceRanges.of(Ip.V4, List.of("203.0.113.32/27", "203.0.113.50/32")));
        rules(new ServicePortView(
                open.service(),
                open.portName(),
                open.protocol(),
                open.port(),
                open.nodePort(),
                new Addresses(CLUSTER_IP, List.of(), List.of(BALANCER_IP), sources),
                open.policy(),
                0,
                open.endpoints()));
        assertThat(askBalancer(client, 1)).isEqualTo("one " + CLIENT);
        assertThat(askBalancer(wires.host, 1)).isEqualTo("no answer");
        assertThat(ask(client, "10.0.0.93", NODE_PORT)).isEqualTo("one " + CLIENT);
        assertThat(ask(caller.namespace(), CLUSTER_IP, 80)).isEqualTo("one " + caller.address());
    }

    @Test
    void noEndpointIsARefusal() {
        rules(port("tcp", Policy.CLUSTER, 0));
        assertThat(ask(caller.namespace(), CLUSTER_IP, 80)).isEqualTo("refused");
        assertThat(ask(client, "10.0.0.93", NODE_PORT)).isEqualTo("refused");
        assertThat(askBalancer(client, 1)).isEqualTo("refused");
        assertThat(ask(wires.nodes.getFirst().namespace(), CLUSTER_IP, 80)).isEqualTo("refused");
    }

    @Test
    void datagramsAsConnections() {
        rules(port("udp", LOCAL, 0, onNode1()));
        assertThat(Caller.askByUdp(wires.thread, client, "10.0.0.93", NODE_PORT))
                .isEqualTo("one " + CLIENT);
        assertThat(Caller.askByUdp(wires.thread, caller.namespace(), CLUSTER_IP, 80))
                .isEqualTo("one " + caller.address());
        rules(port("udp", Policy.CLUSTER, 0, onNode2()));
        assertThat(Caller.askByUdp(wires.thread, client, "10.0.0.93", NODE_PORT))
                .isEqualTo("two 10.0.0.93");
        rules(port("udp", Policy.CLUSTER, 0));
        assertThat(Caller.askByUdp(wires.thread, caller.namespace(), CLUSTER_IP, 80))
                .isEqualTo("refused");
    }

    @Test
    void aUdpClientThatGoesOnFindsAnotherEndpoint() throws IOException {
        List<ServicePortView> before = List.of(port("udp", Policy.CLUSTER, 0, onNode1()));
        List<ServicePortView> after = List.of(port("udp", Policy.CLUSTER, 0, onNode2()));
        rules(before.getFirst());
        try (DatagramChannel channel = wires.thread.call(caller.namespace(), DatagramChannel::open)) {
            channel.bind(new java.net.InetSocketAddress(45_000));
            assertThat(Caller.askByUdp(channel, CLUSTER_IP, 80)).startsWith("one ");
            rules(after.getFirst());
            StaleFlows.forget(wires.nodes.getFirst(), StaleFlows.between(before, after));
            assertThat(Caller.askByUdp(channel, CLUSTER_IP, 80)).startsWith("two ");
        }
    }

    @Test
    void establishedConnectionsOutliveEveryChange() throws IOException {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        wires.steer(BALANCER_IP, 2);
        try (Caller kept = Caller.connect(wires.thread, client, BALANCER_IP, 80)) {
            assertThat(kept.ask()).isEqualTo("one 10.0.0.94");
            rules(port("tcp", LOCAL, 0, onNode1()));
            assertThat(kept.ask()).isEqualTo("one 10.0.0.94");
            assertThat(ask(client, BALANCER_IP, 80)).isEqualTo("no answer");
            rules();
            assertThat(kept.ask()).isEqualTo("one 10.0.0.94");
        }
    }

    @Test
    void aClientWithAffinityStaysWhileItIsRemembered() {
        rules(port("tcp", LOCAL, 1, onNode1(), onNode2()));
        // Two endpoints, and twelve tries: without a memory, one in two thousand runs would not notice.
        assertThat(IntStream.range(0, 12)
                        .mapToObj(i -> ask(caller.namespace(), CLUSTER_IP, 80))
                        .distinct())
                .hasSize(1);
        assertThat(memories()).contains(caller.address());
        TreeSet<String> seen = new TreeSet<>();
        Eventually.holds("another endpoint, once the memory has ended", () -> {
            if (!memories().contains(caller.address())) {
                seen.add(ask(caller.namespace(), CLUSTER_IP, 80));
            }
            return seen.size() == 2;
        });
        assertThat(seen).containsExactly("one " + caller.address(), "two " + caller.address());
    }

    private static String memories() {
        NetNs node = wires.nodes.getFirst().namespace();
        StringBuilder text = new StringBuilder();
        for (Endpoint endpoint : List.of(onNode1(), onNode2())) {
            String set = "aff-default/echo/tcp/80/" + endpoint.address() + "/8080";
            String listed = wires.run(node, "nft", "list", "set", "ip", "hyaline-services", set);
            text.append(listed, listed.indexOf("flags"), listed.length());
        }
        return text.toString();
    }
}
