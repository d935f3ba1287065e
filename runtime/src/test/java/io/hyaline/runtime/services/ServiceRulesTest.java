package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import io.hyaline.testkit.Golden;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {

    private static final List<ServicePortView> PORTS = List.of(
            new ServicePortView(
                    "default/httpbin:http",
                    "tcp",
                    "10.96.1.1",
                    8000,
                    30080,
                    0,
                    List.of(new Endpoint("172.20.1.5", 8000), new Endpoint("172.20.2.7", 8000))),
            new ServicePortView("default/nobody", "tcp", "10.96.1.2", 80, 0, 0, List.of()),
            new ServicePortView(
                    "default/sticky", "tcp", "10.96.1.3", 80, 0, 10800, List.of(new Endpoint("172.20.1.6", 8080))),
            new ServicePortView(
                    "kube-system/kube-dns:dns",
                    "udp",
                    "10.96.0.10",
                    53,
                    0,
                    0,
                    List.of(new Endpoint("10.0.0.93", 53), new Endpoint("10.0.0.94", 53))));

    @Test
    void textOfOneNode() {
        Golden.verify("services", "node-1.nft", new ServiceRules(AddressPlan.DEFAULT, 1).text(PORTS));
    }

    @Test
    @Tag("netns")
    void theKernelTakesItAgainAndAgain() {
        try (NetNs node = NetNs.create("node");
                NamespaceThread thread = new NamespaceThread("rules")) {
            Command nft = Command.of("nft", "-f", "-");
            nft.withInput(new ServiceRules(AddressPlan.DEFAULT, 1).text(List.of()))
                    .check(thread, node);
            nft.withInput(new ServiceRules(AddressPlan.DEFAULT, 1).text(PORTS)).check(thread, node);
            nft.withInput(new ServiceRules(AddressPlan.DEFAULT, 1).text(PORTS)).check(thread, node);
            assertThat(Command.of("nft", "list", "ruleset").check(thread, node)).containsOnlyOnce("chain prerouting");
        }
    }

    @Test
    void longNamesStayDistinct() {
        String longName = "n".repeat(63) + "/" + "s".repeat(63);
        String a = ServiceRules.chainName(new ServicePortView(longName + ":a", "tcp", "10.96.0.5", 1, 0, 0, List.of()));
        String b = ServiceRules.chainName(new ServicePortView(longName + ":b", "tcp", "10.96.0.5", 1, 0, 0, List.of()));
        assertThat(a).isNotEqualTo(b).hasSizeLessThan(120);
    }
}
