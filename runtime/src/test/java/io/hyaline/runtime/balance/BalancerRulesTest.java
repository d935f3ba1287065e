package io.hyaline.runtime.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.balance.BalancerRules.Balanced;
import io.hyaline.runtime.balance.BalancerRules.Port;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.services.Caller;
import io.hyaline.runtime.services.Echo;
import io.hyaline.runtime.services.Wires;
import io.hyaline.testkit.Golden;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancerRulesTest {

    private static final BalancedNode ONE = new BalancedNode("node-1", "10.0.0.93", 0x101);
    private static final BalancedNode TWO = new BalancedNode("node-2", "10.0.0.94", 0x102);
    private static final List<Port> PORTS = List.of(new Port("tcp", 80), new Port("tcp", 443), new Port("udp", 443));

    @Test
    void text() {
        Golden.verify(
                "balance",
                "balancer.nft",
                BalancerRules.table(
                                Ip.V4,
                                List.of(
                                        new Balanced("default/sticky", "203.0.113.81", PORTS, true, List.of(ONE, TWO)),
                                        new Balanced("default/nobody", "203.0.113.82", PORTS, false, List.of()),
                                        new Balanced(
                                                "istio-system/gateway",
                                                "203.0.113.80",
                                                PORTS,
                                                false,
                                                List.of(ONE, TWO))))
                        .text());
    }

    @Test
    void textOfIpv6() {
        Balanced one = new Balanced("default/sticky", "2001:db8:113::51", PORTS, true, List.of(ONE, TWO));
        Golden.verify(
                "balance",
                "balancer-ipv6.nft",
                BalancerRules.table(Ip.V6, List.of(one)).text());
    }

    private static Wires wires;
    private static NetNs client;

    /** Without service rules: each node has the address itself, and answers for itself. */
    private static void build() {
        wires = new Wires();
        client = wires.client(50);
        for (int number = 1; number <= 2; number++) {
            NetNs node = wires.nodes.get(number - 1).namespace();
            for (FamilyPlan plan : Wires.PLAN.families()) {
                String address = plan.outside().address(80);
                String ready = plan.family() == Ip.V4 ? "" : " nodad";
                wires.ip(node, "addr add " + Ip.single(address) + " dev lo" + ready);
                wires.ip(node, "route add " + plan.outside() + " via " + plan.balancerNodes());
                for (int port : List.of(80, 443)) {
                    wires.keep(Echo.start(wires.thread, node, "node-" + number, new InetSocketAddress(address, port)));
                }
            }
        }
    }

    @AfterAll
    static void remove() {
        if (wires != null) {
            wires.close();
        }
    }

    private static void rules(FamilyPlan plan, boolean sticky, BalancedNode... nodes) {
        Balanced gateway = new Balanced("default/gateway", plan.outside().address(80), PORTS, sticky, List.of(nodes));
        wires.balancer.rules(
                BalancerRules.table(plan.family(), List.of(gateway)).text());
    }

    @ParameterizedTest
    @EnumSource(Ip.class)
    @Tag("netns")
    void connectionsSpreadAndStayAndAreRefused(Ip family) throws Exception {
        if (wires == null) {
            build();
        }
        FamilyPlan plan = Wires.PLAN.of(family).orElseThrow();
        String address = plan.outside().address(80);
        String caller = plan.outside().address(50);
        wires.balancer.own(address);
        rules(plan, false, ONE, TWO);
        List<String> seen = IntStream.range(0, 6)
                .mapToObj(i -> Caller.ask(wires.thread, client, address, 80))
                .toList();
        assertThat(seen).containsOnly("node-1 " + caller, "node-2 " + caller);
        assertThat(seen.stream().filter(s -> s.startsWith("node-1"))).hasSize(3);
        assertThat(Caller.ask(wires.thread, wires.host, address, 443)).endsWith(" " + plan.hostAddress());
        assertThat(Caller.askByUdp(wires.thread, client, address, 443)).endsWith(" " + caller);
        assertThat(Caller.ask(wires.thread, client, address, 81)).isEqualTo("refused");

        rules(plan, true, ONE, TWO);
        assertThat(IntStream.range(0, 8)
                        .mapToObj(i -> Caller.ask(wires.thread, client, address, 80))
                        .distinct())
                .hasSize(1);

        rules(plan, false, ONE);
        try (Caller kept = Caller.connect(wires.thread, client, address, 80)) {
            assertThat(kept.ask()).startsWith("node-1 ");
            rules(plan, false, TWO);
            assertThat(kept.ask()).startsWith("node-1 ");
            assertThat(Caller.ask(wires.thread, client, address, 80)).startsWith("node-2 ");
            rules(plan, false);
            assertThat(kept.ask()).startsWith("node-1 ");
            assertThat(Caller.ask(wires.thread, client, address, 80)).isEqualTo("refused");
        }
        wires.balancer.disown(address);
        assertThat(Caller.ask(wires.thread, client, address, 80)).isNotEqualTo("refused");
    }
}
