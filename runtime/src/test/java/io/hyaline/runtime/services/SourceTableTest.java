package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
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
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pod sees, for each way to it and each policy: real packets through the rules of two nodes, in each family. */
@Tag("netns")
@ParameterizedClass
@EnumSource(Ip.class)
class SourceTableTest {

    private static final int NODE_PORT = 30080;
    private static final Policy LOCAL = new Policy(true, false);

    private static Wires wires;
    private static PodNet one;
    private static PodNet two;
    private static PodNet caller;
    private static NetNs client;

    private final FamilyPlan plan;
    private final String clusterIp;
    private final String balancerIp;
    private final String externalIp;
    private final String clientIp;
    private final String callerIp;
    private final String node1;
    private final String node2;

    SourceTableTest(Ip family) {
        plan = Wires.PLAN.of(family).orElseThrow();
        clusterIp = plan.services().address(257);
        balancerIp = plan.outside().address(80);
        externalIp = plan.outside().address(90);
        clientIp = plan.outside().address(50);
        callerIp = address(caller);
        node1 = plan.node(1);
        node2 = plan.node(2);
    }

    private String address(PodNet pod) {
        return pod.addresses().get(Wires.PLAN.families().indexOf(plan));
    }

    @BeforeAll
    static void build() {
        wires = new Wires();
        one = wires.pod(1, "one");
        two = wires.pod(2, "two");
        caller = wires.pod(1, "caller");
        client = wires.client(50);
        wires.keep(Echo.start(wires.thread, one.namespace(), "one", 8080));
        wires.keep(Echo.start(wires.thread, two.namespace(), "two", 8080));
    }

    @AfterAll
    static void remove() {
        wires.close();
    }

    private Endpoint onNode1() {
        return new Endpoint(address(one), 8080, "node-1", false);
    }

    private Endpoint onNode2() {
        return new Endpoint(address(two), 8080, "node-2", false);
    }

    private ServicePortView port(String protocol, Policy policy, int affinity, Endpoint... endpoints) {
        return new ServicePortView(
                "default/echo",
                "",
                protocol,
                80,
                NODE_PORT,
                new Addresses(clusterIp, List.of(externalIp), List.of(balancerIp), Sources.ANY),
                policy,
                affinity,
                List.of(endpoints));
    }

    private void rules(ServicePortView... ports) {
        for (NodeNet node : wires.nodes) {
            node.rules(new ServiceRules(NodeView.of(plan, node.number()))
                    .table(List.of(ports))
                    .text());
        }
    }

    private static String ask(NetNs from, String address, int port) {
        return Caller.ask(wires.thread, from, address, port);
    }

    private String askBalancer(NetNs from, int node) {
        wires.steer(balancerIp, node);
        return ask(from, balancerIp, 80);
    }

    @Test
    void podToClusterIpKeepsItsAddress() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(caller.namespace(), clusterIp, 80)).isEqualTo("two " + callerIp);
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(caller.namespace(), clusterIp, 80)).isEqualTo("one " + callerIp);
    }

    @Test
    void whoeverIsNoPodReachesClusterIpsAsTheNode() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(wires.nodes.getFirst().namespace(), clusterIp, 80)).isEqualTo("two " + node1);
        wires.ip(client, "route replace " + plan.services() + " via " + plan.routerOutside());
        wires.ip(wires.host, "route replace " + plan.services() + " via " + plan.routerOutside());
        // The router knows no services: no packet from outside comes as far as a ClusterIP.
        assertThat(ask(client, clusterIp, 80)).isNotEqualTo("two " + clientIp);
    }

    @Test
    void podThatReachesItselfSeesItsNode() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(one.namespace(), clusterIp, 80)).isEqualTo("one " + plan.podGateway(1));
        assertThat(ask(one.namespace(), node1, NODE_PORT)).startsWith("one ");
        assertThat(ask(one.namespace(), balancerIp, 80)).startsWith("one ");
    }

    @Test
    void policyClusterShowsTheNodeThatReceivedThePacket() {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        assertThat(ask(client, node1, NODE_PORT)).isEqualTo("one " + node1);
        assertThat(ask(client, node2, NODE_PORT)).isEqualTo("one " + node2);
        assertThat(askBalancer(client, 1)).isEqualTo("one " + node1);
        assertThat(askBalancer(client, 2)).isEqualTo("one " + node2);
        assertThat(askBalancer(wires.host, 1)).isEqualTo("one " + node1);
    }

    @Test
    void policyLocalKeepsTheClientsAddress() {
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, node1, NODE_PORT)).isEqualTo("one " + clientIp);
        assertThat(askBalancer(client, 1)).isEqualTo("one " + clientIp);
        assertThat(askBalancer(wires.host, 1)).isEqualTo("one " + plan.hostAddress());
    }

    @Test
    void policyLocalDropsWhereThereIsNoEndpoint() {
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, node2, NODE_PORT)).isEqualTo("no answer");
        assertThat(askBalancer(client, 2)).isEqualTo("no answer");
    }

    @Test
    void podsAreInsideForThePolicyLocalToo() {
        rules(port("tcp", LOCAL, 0, onNode2()));
        assertThat(ask(caller.namespace(), balancerIp, 80)).isEqualTo("two " + callerIp);
        assertThat(ask(caller.namespace(), node1, NODE_PORT)).isEqualTo("two " + callerIp);
    }

    @Test
    void theNodeItselfIsMasqueradedUnderThePolicyLocal() {
        rules(port("tcp", LOCAL, 0, onNode2()));
        NetNs node = wires.nodes.getFirst().namespace();
        assertThat(ask(node, balancerIp, 80)).isEqualTo("two " + node1);
        assertThat(ask(node, node1, NODE_PORT)).isEqualTo("two " + node1);
    }

    @Test
    void externalAddressesFollowTheSamePolicy() {
        wires.steer(externalIp, 1);
        // Nobody hands out externalIPs: whoever routes them there also sends the answers on, here the router.
        rules(port("tcp", LOCAL, 0, onNode1()));
        assertThat(ask(client, externalIp, 80)).isEqualTo("one " + clientIp);
        rules(port("tcp", Policy.CLUSTER, 0, onNode2()));
        assertThat(ask(client, externalIp, 80)).isEqualTo("two " + node1);
        assertThat(ask(caller.namespace(), externalIp, 80)).isEqualTo("two " + node1);
    }

    @Test
    void internalPolicyLocalStaysOnTheNode() {
        rules(port("tcp", new Policy(false, true), 0, onNode1(), onNode2()));
        assertThat(IntStream.range(0, 8).mapToObj(i -> ask(caller.namespace(), clusterIp, 80)))
                .containsOnly("one " + callerIp);
        rules(port("tcp", new Policy(false, true), 0, onNode2()));
        assertThat(ask(caller.namespace(), clusterIp, 80)).isEqualTo("no answer");
    }

    @Test
    void onlyTheseSourcesReachTheBalancersAddress() {
        ServicePortView open = port("tcp", LOCAL, 0, onNode1());
        Sources sources = new Sources(
                true,
                SourceRanges.of(
                        plan.family(),
                        List.of(plan.outside().part(1, plan.family().bits() - 5).toString(), Ip.single(clientIp))));
        rules(new ServicePortView(
                open.service(),
                open.portName(),
                open.protocol(),
                open.port(),
                open.nodePort(),
                new Addresses(clusterIp, List.of(), List.of(balancerIp), sources),
                open.policy(),
                0,
                open.endpoints()));
        assertThat(askBalancer(client, 1)).isEqualTo("one " + clientIp);
        assertThat(askBalancer(wires.host, 1)).isEqualTo("no answer");
        assertThat(ask(client, node1, NODE_PORT)).isEqualTo("one " + clientIp);
        assertThat(ask(caller.namespace(), clusterIp, 80)).isEqualTo("one " + callerIp);
    }

    @Test
    void noEndpointIsARefusal() {
        rules(port("tcp", Policy.CLUSTER, 0));
        assertThat(ask(caller.namespace(), clusterIp, 80)).isEqualTo("refused");
        assertThat(ask(client, node1, NODE_PORT)).isEqualTo("refused");
        assertThat(askBalancer(client, 1)).isEqualTo("refused");
        assertThat(ask(wires.nodes.getFirst().namespace(), clusterIp, 80)).isEqualTo("refused");
    }

    @Test
    void datagramsAsConnections() {
        rules(port("udp", LOCAL, 0, onNode1()));
        assertThat(Caller.askByUdp(wires.thread, client, node1, NODE_PORT)).isEqualTo("one " + clientIp);
        assertThat(Caller.askByUdp(wires.thread, caller.namespace(), clusterIp, 80))
                .isEqualTo("one " + callerIp);
        rules(port("udp", Policy.CLUSTER, 0, onNode2()));
        assertThat(Caller.askByUdp(wires.thread, client, node1, NODE_PORT)).isEqualTo("two " + node1);
        rules(port("udp", Policy.CLUSTER, 0));
        assertThat(Caller.askByUdp(wires.thread, caller.namespace(), clusterIp, 80))
                .isEqualTo("refused");
    }

    @Test
    void aUdpClientThatGoesOnFindsAnotherEndpoint() throws IOException {
        List<ServicePortView> before = List.of(port("udp", Policy.CLUSTER, 0, onNode1()));
        List<ServicePortView> after = List.of(port("udp", Policy.CLUSTER, 0, onNode2()));
        rules(before.getFirst());
        try (DatagramChannel channel = wires.thread.call(caller.namespace(), DatagramChannel::open)) {
            channel.bind(new java.net.InetSocketAddress(45_000));
            assertThat(Caller.askByUdp(channel, clusterIp, 80)).startsWith("one ");
            rules(after.getFirst());
            StaleFlows.forget(wires.nodes.getFirst(), StaleFlows.between(before, after));
            assertThat(Caller.askByUdp(channel, clusterIp, 80)).startsWith("two ");
        }
    }

    @Test
    void establishedConnectionsOutliveEveryChange() throws IOException {
        rules(port("tcp", Policy.CLUSTER, 0, onNode1()));
        wires.steer(balancerIp, 2);
        try (Caller kept = Caller.connect(wires.thread, client, balancerIp, 80)) {
            assertThat(kept.ask()).isEqualTo("one " + node2);
            rules(port("tcp", LOCAL, 0, onNode1()));
            assertThat(kept.ask()).isEqualTo("one " + node2);
            assertThat(ask(client, balancerIp, 80)).isEqualTo("no answer");
            rules();
            assertThat(kept.ask()).isEqualTo("one " + node2);
        }
    }

    @Test
    void aClientWithAffinityStaysWhileItIsRemembered() {
        rules(port("tcp", LOCAL, 1, onNode1(), onNode2()));
        // Two endpoints, and twelve tries: without a memory, one in two thousand runs would not notice.
        assertThat(IntStream.range(0, 12)
                        .mapToObj(i -> ask(caller.namespace(), clusterIp, 80))
                        .distinct())
                .hasSize(1);
        assertThat(memories()).contains(callerIp);
        TreeSet<String> seen = new TreeSet<>();
        Eventually.holds("another endpoint, once the memory has ended", () -> {
            if (!memories().contains(callerIp)) {
                seen.add(ask(caller.namespace(), clusterIp, 80));
            }
            return seen.size() == 2;
        });
        assertThat(seen).containsExactly("one " + callerIp, "two " + callerIp);
    }

    private String memories() {
        NetNs node = wires.nodes.getFirst().namespace();
        StringBuilder text = new StringBuilder();
        for (Endpoint endpoint : List.of(onNode1(), onNode2())) {
            String set = "aff-default/echo/tcp/80/" + endpoint.address().replace(':', '-') + "/8080";
            String listed = wires.run(node, "nft", "list", "set", plan.family().family(), "hyaline-services", set);
            text.append(listed, listed.indexOf("flags"), listed.length());
        }
        return text.toString();
    }
}
