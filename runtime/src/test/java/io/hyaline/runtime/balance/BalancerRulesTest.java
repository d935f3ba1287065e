package io.hyaline.runtime.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.balance.BalancerRules.Balanced;
import io.hyaline.runtime.balance.BalancerRules.Port;
import io.hyaline.runtime.services.Caller;
import io.hyaline.runtime.services.Echo;
import io.hyaline.runtime.services.Wires;
import io.hyaline.testkit.Golden;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BalancerRulesTest {

    private static final BalancedNode ONE = new BalancedNode("node-1", "10.0.0.93", 0x101);
    private static final BalancedNode TWO = new BalancedNode("node-2", "10.0.0.94", 0x102);
    private static final List<Port> PORTS = List.of(new Port("tcp", 80), new Port("tcp", 443), new Port("udp", 443));

    @Test
    void text() {
        Golden.verify(
                "balance",
                "balancer.nft",
                BalancerRules.table(List.of(
                                new Balanced("default/sticky", "203.0.113.81", PORTS, true, List.of(ONE, TWO)),
                                new Balanced("default/nobody", "203.0.113.82", PORTS, false, List.of()),
                                new Balanced("istio-system/gateway", "203.0.113.80", PORTS, false, List.of(ONE, TWO))))
                        .text());
    }

    private static Balanced gateway(boolean sticky, BalancedNode... nodes) {
        return new Balanced("default/gateway", "203.0.113.80", PORTS, sticky, List.of(nodes));
    }

    /** Without service rules: each node has the address itself, and answers for itself. */
    @Test
    @Tag("netns")
    void connectionsSpreadAndStayAndAreRefused() throws Exception {
        try (Wires wires = new Wires()) {
            for (int number = 1; number <= 2; number++) {
                NetNs node = wires.nodes.get(number - 1).namespace();
                wires.ip(node, "addr add 203.0.113.80/32 dev lo");
                wires.ip(node, "route add 203.0.113.0/24 via 10.0.0.2");
                for (int port : List.of(80, 443)) {
                    wires.keep(Echo.start(
                            wires.thread, node, "node-" + number, new InetSocketAddress("203.0.113.80", port)));
                }
            }
            NetNs client = wires.client("203.0.113.50");
            wires.balancer.own("203.0.113.80");
            wires.balancer.rules(
                    BalancerRules.table(List.of(gateway(false, ONE, TWO))).text());
            List<String> seen = IntStream.range(0, 6)
                    .mapToObj(i -> Caller.ask(wires.thread, client, "203.0.113.80", 80))
                    .toList();
            assertThat(seen).containsOnly("node-1 203.0.113.50", "node-2 203.0.113.50");
            assertThat(seen.stream().filter(s -> s.startsWith("node-1"))).hasSize(3);
            assertThat(Caller.ask(wires.thread, wires.host, "203.0.113.80", 443))
                    .endsWith(" 203.0.113.1");
            assertThat(Caller.askByUdp(wires.thread, client, "203.0.113.80", 443))
                    .endsWith(" 203.0.113.50");
            assertThat(Caller.ask(wires.thread, client, "203.0.113.80", 81)).isEqualTo("refused");

            wires.balancer.rules(
                    BalancerRules.table(List.of(gateway(true, ONE, TWO))).text());
            assertThat(IntStream.range(0, 8)
                            .mapToObj(i -> Caller.ask(wires.thread, client, "203.0.113.80", 80))
                            .distinct())
                    .hasSize(1);

            wires.balancer.rules(
                    BalancerRules.table(List.of(gateway(false, ONE))).text());
            try (Caller kept = Caller.connect(wires.thread, client, "203.0.113.80", 80)) {
                assertThat(kept.ask()).startsWith("node-1 ");
                wires.balancer.rules(
                        BalancerRules.table(List.of(gateway(false, TWO))).text());
                assertThat(kept.ask()).startsWith("node-1 ");
                assertThat(Caller.ask(wires.thread, client, "203.0.113.80", 80)).startsWith("node-2 ");
                wires.balancer.rules(
                        BalancerRules.table(List.of(gateway(false))).text());
                assertThat(kept.ask()).startsWith("node-1 ");
                assertThat(Caller.ask(wires.thread, client, "203.0.113.80", 80)).isEqualTo("refused");
            }
        }
    }
}
