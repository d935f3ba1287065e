package io.hyaline.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.capture.plan.InterceptionPlan;
import io.hyaline.linux.NetNs;
import io.hyaline.testkit.Golden;
import io.hyaline.testkit.Host;
import io.hyaline.testkit.TestNetwork;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("netns")
final class CaptureTest {

    private static final String STATE =
            "nft list ruleset; ip rule; ip -6 rule; ip route show table 133; ip -6 route show table 133; ip addr show lo";

    @Test
    void aSecondRunChangesNothingAndRemovalLeavesNothing() {
        try (TestNetwork network = TestNetwork.create()) {
            Host pod = network.host("pod", "10.77.0.3/24");
            try (NetNs namespace = NetNs.open(pod.namespaceFile())) {
                String before = pod.shell(STATE).out();
                Capture.apply(namespace, plan("TPROXY"));
                String once = pod.shell(STATE).out();
                Capture.apply(namespace, plan("TPROXY"));

                assertThat(pod.shell(STATE).out()).isEqualTo(once);
                Capture.remove(namespace, plan("TPROXY"));
                assertThat(pod.shell(STATE).out()).isEqualTo(before);
            }
        }
    }

    @Test
    void anotherPlanReplacesTheFirst() {
        try (TestNetwork network = TestNetwork.create()) {
            Host pod = network.host("pod", "10.77.0.3/24");
            try (NetNs namespace = NetNs.open(pod.namespaceFile())) {
                Capture.apply(namespace, plan("REDIRECT"));
                String redirect = pod.shell(STATE).out();
                Capture.apply(namespace, plan("TPROXY"));
                Capture.apply(namespace, plan("REDIRECT"));

                assertThat(pod.shell(STATE).out()).isEqualTo(redirect);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REDIRECT", "TPROXY"})
    void theProxyCanCallFromItsOwnAddressOfIpv6WhereThePodHasIpv6(String mode) {
        try (TestNetwork network = TestNetwork.create()) {
            Host without = network.host("without", "10.77.0.3/24");
            Host with = network.host("with", "10.77.0.4/24", "fd00:77::4/64");
            assertThat(passthrough(without, mode)).isEmpty();
            assertThat(passthrough(with, mode)).contains("inet6 ::6/128");
            try (NetNs namespace = NetNs.open(with.namespaceFile())) {
                Capture.remove(namespace, plan(mode));
            }
            assertThat(with.run("ip", "-6", "addr", "show", "dev", "lo").out()).doesNotContain("::6/128");
        }
    }

    private static String passthrough(Host pod, String mode) {
        try (NetNs namespace = NetNs.open(pod.namespaceFile())) {
            Capture.apply(namespace, plan(mode));
        }
        return pod.run("ip", "-6", "addr", "show", "dev", "lo", "to", "::6/128").out();
    }

    @Test
    void theKernelTakesEveryGoldenFile() {
        try (TestNetwork network = TestNetwork.create()) {
            Host pod = network.host("pod", "10.77.0.3/24");
            for (String name : Golden.cases("rules", ".nft")) {
                var nft = pod.start("nft", "-f", "-");
                nft.send(Golden.input("rules", name + ".nft"));
                nft.closeInput();
                nft.waitFor().good();
            }
        }
    }

    @Test
    void aRefusedStepLeavesNothing() {
        try (TestNetwork network = TestNetwork.create()) {
            Host pod = network.host("pod", "10.77.0.3/24");
            pod.shell("echo 20000 40000 > /proc/sys/net/ipv4/ip_local_port_range")
                    .good();
            String before = pod.shell(STATE).out();
            try (NetNs namespace = NetNs.open(pod.namespaceFile())) {
                assertThatThrownBy(() -> Capture.apply(namespace, plan("TPROXY")))
                        .isInstanceOf(CaptureException.class)
                        .hasMessageContaining("ip_local_port_range 20000-40000 overlaps 20000-29999");
                assertThat(pod.shell(STATE).out()).isEqualTo(before);
            }
        }
    }

    @Test
    void theCheckAloneNamesWhatIsMissing() {
        try (TestNetwork network = TestNetwork.create()) {
            Host pod = network.host("pod", "10.77.0.3/24");
            try (NetNs namespace = NetNs.open(pod.namespaceFile())) {
                assertThatThrownBy(() -> Capture.apply(
                                namespace, List.of("-m", "TPROXY", "-b", "*", "--run-validation", "--skip-rule-apply")))
                        .hasMessageContaining("ip -4 rule add fwmark 1337 lookup 133")
                        .hasMessageContaining("ip -4 route add local default dev lo table 133");
            }
        }
    }

    private static InterceptionPlan plan(String mode) {
        return InterceptionPlan.ofArguments(InterceptionScenarios.arguments(mode, List.of()));
    }
}
