package io.hyaline.capture;

import static io.hyaline.capture.InterceptionScenarios.CLIENT;
import static io.hyaline.capture.InterceptionScenarios.CLIENT6;
import static io.hyaline.capture.InterceptionScenarios.POD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rows of the measurement table (mesh semantics, 10.0) with our marks in place of Istio's users. */
@Tag("netns")
final class InterceptionTest {

    private static final String ANYWHERE = "0.0.0.0";

    @Test
    void row1TproxyShowsTheClient() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.clientIsSeenAs(CLIENT);
            rig.outboundIsSeenAs(POD);
        }
    }

    @Test
    void row2RedirectShowsThePassthroughAddress() {
        try (var rig = InterceptionScenarios.create("REDIRECT", StandIn.AS_1337).application(ANYWHERE)) {
            rig.clientIsSeenAs("127.0.0.6");
            rig.outboundIsSeenAs(POD);
        }
    }

    @Test
    void row2bApplicationOnLoopbackIsNotReachedByRedirect() {
        try (var rig = InterceptionScenarios.create("REDIRECT", StandIn.AS_ROOT).application("127.0.0.1")) {
            rig.clientIsReset();
        }
    }

    @Test
    void row15ApplicationOnLoopbackIsNotReachedByTproxy() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application("127.0.0.1")) {
            rig.clientIsReset();
        }
    }

    @Test
    void row3SelfCallPassesTheInboundListenerUnderTproxy() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.selfCallIsSeenAs(POD);
        }
    }

    @Test
    void selfCallPassesTheInboundListenerUnderRedirect() {
        try (var rig = InterceptionScenarios.create("REDIRECT", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.selfCallIsSeenAs("127.0.0.6");
        }
    }

    @Test
    void row5cTproxyWorksForAnUnprivilegedSidecar() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_1337).application(ANYWHERE)) {
            rig.clientIsSeenAs(CLIENT);
            rig.selfCallIsSeenAs(POD);
            rig.ownAddressPassesBy();
        }
    }

    @Test
    void row5cHoldsUnderTheKubernetesProfileToo() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_1337, "--profile=kubernetes")
                .application(ANYWHERE)) {
            rig.clientIsSeenAs(CLIENT);
            rig.selfCallIsSeenAs(POD);
            rig.ownAddressPassesBy();
        }
    }

    @Test
    void row6And6cOwnAddressAndProbesPassByUnderTproxy() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.ownAddressPassesBy();
            rig.probePassesBy();
        }
    }

    @Test
    void row6And6cOwnAddressAndProbesPassByUnderRedirect() {
        try (var rig = InterceptionScenarios.create("REDIRECT", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.ownAddressPassesBy();
            rig.probePassesBy();
        }
    }

    @Test
    void row14TproxyShowsTheClientOverIpv6() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application("::")) {
            rig.client6IsSeenAs(CLIENT6);
        }
    }

    @Test
    void row7SourceValidationWithTheMarkKillsTproxy() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.pod.shell("echo 1 > /proc/sys/net/ipv4/conf/all/src_valid_mark").good();
            rig.clientTimesOutOrIsReset();
            refused(rig, "net.ipv4.conf.all.src_valid_mark=0");
            assertThat(rig.pod.run("nft", "list", "ruleset").good().out()).isEmpty();
        }
    }

    @Test
    void row7InheritedMarksKillTproxy() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.pod.shell("echo 1 > /proc/sys/net/ipv4/tcp_fwmark_accept").good();
            rig.clientTimesOutOrIsReset();
            refused(rig, "net.ipv4.tcp_fwmark_accept=0");
        }
    }

    @Test
    void row7ReversePathFilterDoesNoHarm() {
        try (var rig = InterceptionScenarios.create("TPROXY", StandIn.AS_ROOT).application(ANYWHERE)) {
            rig.pod
                    .shell("for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 1 > $f; done")
                    .good();
            rig.clientIsSeenAs(CLIENT);
        }
    }

    @Test
    void row8TheClientsOwnPortCannotBeReused() {
        try (var rig =
                InterceptionScenarios.create("TPROXY", StandIn.WITH_CLIENT_PORT).application(ANYWHERE)) {
            rig.clientTimesOutOrIsReset();
        }
    }

    @Test
    void portsOfTheProxyItselfAreNotCaptured() {
        try (var rig = InterceptionScenarios.create("REDIRECT", StandIn.AS_ROOT)) {
            StandIn.application(rig.pod, ANYWHERE, 15020);
            assertThat(InterceptionScenarios.peerSeen(rig.client, "http://" + POD + ":15020/"))
                    .startsWith(CLIENT + " ");
        }
    }

    private static void refused(InterceptionScenarios rig, String wayOut) {
        assertThatThrownBy(() -> Capture.apply(rig.namespace, InterceptionScenarios.arguments("TPROXY", List.of())))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(wayOut);
    }
}
