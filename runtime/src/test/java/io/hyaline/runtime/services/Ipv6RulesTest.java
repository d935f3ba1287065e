package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.services.ServicePortView.Addresses;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import io.hyaline.runtime.services.ServicePortView.Policy;
import io.hyaline.runtime.services.ServicePortView.Sources;
import io.hyaline.testkit.Host;
import io.hyaline.testkit.Running;
import io.hyaline.testkit.TestNetwork;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same rules with IPv6: one node with one pod, a client outside. */
@Tag("netns")
class Ipv6RulesTest {

    private static final String CLIENT = "2001:db8:113:0:0:0:0:50";
    private static final String POD = "fd00:b:1:0:0:0:0:5";
    private static final NodeView NODE =
            new NodeView(Ip.V6, "node-1", "fd00:a::93", "fd00:b:1::1", "fd00:b::/32", "fd00:a::/64", "fd00:96::/112");

    private static String rules(Policy policy, boolean here) {
        Endpoint endpoint = new Endpoint(POD, 8080, here ? "node-1" : "node-2", false);
        Addresses addresses = new Addresses("fd00:96::1", List.of(), List.of(), Sources.ANY);
        return new ServiceRules(NODE)
                .table(List.of(new ServicePortView(
                        "default/echo", "", "tcp", 80, 30080, addresses, policy, 60, List.of(endpoint))))
                .text();
    }

    private static void apply(Host node, String rules) {
        Running nft = node.start("nft", "-f", "-");
        nft.send(rules);
        nft.closeInput();
        nft.waitFor().good();
    }

    @Test
    void policiesHoldForBothFamilies() throws Exception {
        try (TestNetwork network = TestNetwork.create();
                NamespaceThread thread = new NamespaceThread("v6")) {
            Host node = network.host("node", "fd00:a::93/64", "fd00:b:1::1/64", "2001:db8:113::2/64");
            Host pod = network.host("pod", "fd00:b:1::5/64");
            Host client = network.host("client", "2001:db8:113::50/64");
            node.shell("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding").good();
            node.run("ip", "-6", "route", "add", "default", "via", "2001:db8:113::50")
                    .good();
            pod.run("ip", "-6", "route", "add", "default", "via", "fd00:b:1::1").good();
            client.run("ip", "-6", "route", "add", "default", "via", "2001:db8:113::2")
                    .good();
            try (NetNs podNs = NetNs.open(pod.namespaceFile());
                    NetNs clientNs = NetNs.open(client.namespaceFile());
                    Echo echo = Echo.start(thread, podNs, "pod", 8080)) {
                apply(node, rules(Policy.CLUSTER, true));
                assertThat(Caller.ask(thread, clientNs, "fd00:a::93", 30080)).isEqualTo("pod fd00:a:0:0:0:0:0:93");
                assertThat(Caller.ask(thread, clientNs, "fd00:96::1", 80)).isEqualTo("pod fd00:a:0:0:0:0:0:93");
                assertThat(Caller.ask(thread, podNs, "fd00:96::1", 80)).isEqualTo("pod fd00:b:1:0:0:0:0:1");
                apply(node, rules(new Policy(true, false), true));
                assertThat(Caller.ask(thread, clientNs, "fd00:a::93", 30080)).isEqualTo("pod " + CLIENT);
                apply(node, rules(new Policy(true, false), false));
                assertThat(Caller.ask(thread, clientNs, "fd00:a::93", 30080)).isEqualTo("no answer");
                assertThat(Caller.ask(thread, clientNs, "fd00:96::2", 80)).isEqualTo("refused");
                assertThat(echo).isNotNull();
            }
        }
    }
}
