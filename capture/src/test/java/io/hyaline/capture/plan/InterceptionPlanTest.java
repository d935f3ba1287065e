package io.hyaline.capture.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InterceptionPlanTest {

    @Test
    void readsWhatInjectionWrites() {
        InterceptionPlan plan = InterceptionPlan.ofArguments(List.of(
                "istio-iptables",
                "-p",
                "15001",
                "-z",
                "15006",
                "-u",
                "1337",
                "-m",
                "TPROXY",
                "-i",
                "*",
                "-x",
                "",
                "-b",
                "*",
                "-d",
                "15090,15021,15020",
                "--log_output_level=default:info"));

        assertThat(plan.mode()).isEqualTo(InterceptionMode.TPROXY);
        assertThat(plan.ports()).isEqualTo(ProxyPorts.DEFAULT);
        assertThat(plan.inbound()).isEqualTo(new InboundCapture.AllExcept(List.of(15090, 15021, 15020)));
        assertThat(plan.outbound()).isEqualTo(OutboundCapture.EVERYTHING);
        assertThat(plan.owners()).isEqualTo(ProxyOwners.ISTIO);
        assertThat(plan.marks()).isEqualTo(Marks.DEFAULT);
        assertThat(plan.action()).isEqualTo(Action.APPLY);
    }

    @Test
    void emptyRangesCaptureNothingOutboundAndMissingOnesEverything() {
        assertThat(InterceptionPlan.ofArguments(List.of("-i", "")).outbound().allRanges())
                .isFalse();
        assertThat(InterceptionPlan.ofArguments(List.of()).outbound().allRanges())
                .isTrue();
    }

    @Test
    void aFlagBeatsTheEnvironment() {
        Map<String, String> environment = Map.of("ISTIO_INBOUND_INTERCEPTION_MODE", "TPROXY");

        assertThat(InterceptionPlan.ofArguments(List.of(), environment).mode()).isEqualTo(InterceptionMode.TPROXY);
        assertThat(InterceptionPlan.ofArguments(List.of("-m", "REDIRECT"), environment)
                        .mode())
                .isEqualTo(InterceptionMode.REDIRECT);
    }

    @Test
    void spellingsOfOneRangeAreOneRange() {
        InterceptionPlan plan = InterceptionPlan.ofArguments(List.of("-i", "10.1.2.3/8,10.0.0.0/8,fd00::1/8"));

        assertThat(plan.outbound().ranges())
                .extracting(Cidr::text)
                .containsExactly("10.0.0.0/8", "fd00:0:0:0:0:0:0:0/8");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "-p | 0 | -p (--envoy-port) 0: must be a number from 1 to 65535",
                "-z | 65536 | -z (--inbound-capture-port) 65536: must be a number",
                "-e | x | -e (--inbound-tunnel-port) x: must be a number",
                "-u | istio-proxy | -u (--proxy-uid) istio-proxy: must be a number",
                "-m | TPROXI | -m (--istio-inbound-interception-mode) TPROXI: must be REDIRECT, TPROXY or NONE",
                "-m | NONE | has no istio-init",
                "-b | 80,http | -b (--istio-inbound-ports) http: must be a number",
                "-d | -1 | -d (--istio-local-exclude-ports) -1: must be a number",
                "-i | 10.0.0.0/33 | -i (--istio-service-cidr) 10.0.0.0/33: has a prefix length outside 0 to 32",
                "-x | example.com | -x (--istio-service-exclude-cidr) example.com: is not an address range",
                "-q | 1-2 | -q (--istio-outbound-ports) 1-2: must be a number",
                "-o | 99999 | -o (--istio-local-outbound-ports-exclude) 99999: must be a number",
                "-k | 'a b' | -k (--kube-virt-interfaces) a b: is no interface name",
                "-c | 'x\";drop' | is no interface name",
                "-t | 1338 | is taken by the proxy's outbound sockets",
                "-r | 254 | -r (--istio-inbound-tproxy-route-table) 254: must be a number from 1 to 252",
                "--outbound-ipv4-loopback-cidr | 10.0.0.0/8 | must lie within 127.0.0.0/8",
                "--profile | istio | must be marks or kubernetes",
                "--force-iptables-binary | bpf | must be legacy or nft",
                "--probe-timeout | soon | must be a duration such as 5s",
                "--network-namespace | /proc/1/ns/net | the node gives the pod's namespace",
                "--frobnicate | 1 | --frobnicate \"\": is not an option of istio-iptables"
            })
    void refusesABadValueByTheNameOfItsOption(String option, String value, String message) {
        assertThatThrownBy(() -> InterceptionPlan.ofArguments(List.of(option, value)))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnOptionWithoutItsValue() {
        assertThatThrownBy(() -> InterceptionPlan.ofArguments(List.of("istio-iptables", "-p")))
                .hasMessageContaining("-p \"\": needs a value");
    }

    @Test
    void annotationsSayTheSameAsArguments() {
        TrafficAnnotations traffic = TrafficAnnotations.of(
                Map.of(
                        "sidecar.istio.io/interceptionMode", "TPROXY",
                        "traffic.sidecar.istio.io/excludeInboundPorts", "9000, 9001",
                        "traffic.sidecar.istio.io/excludeOutboundPorts", "3306",
                        "status.sidecar.istio.io/port", "15099"),
                InterceptionMode.REDIRECT);

        assertThat(String.join(" ", traffic.arguments()))
                .isEqualTo("istio-iptables -p 15001 -z 15006 -u 1337 -m TPROXY -i * -x  -b *"
                        + " -d 15090,15021,9000,9001,15099 -o 3306 --log_output_level=default:info");
    }

    @Test
    void aBadAnnotationIsRefusedByItsOwnName() {
        assertThatThrownBy(() -> InterceptionPlan.ofAnnotations(
                        Map.of("traffic.sidecar.istio.io/includeInboundPorts", "eighty")))
                .hasMessage("annotation traffic.sidecar.istio.io/includeInboundPorts eighty:"
                        + " must be a number from 1 to 65535");
    }
}
