package io.hyaline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NetNs;
import io.hyaline.testkit.Host;
import io.hyaline.testkit.Output;
import io.hyaline.testkit.Running;
import io.hyaline.testkit.TestNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * A client and a pod on one bridge, with rules and a sidecar in the pod, and the questions of the measurement table.
 *
 * <p>The application is the judge: it answers with the address that it sees.
 */
final class InterceptionScenarios implements AutoCloseable {

    static final String CLIENT = "10.77.0.2";
    static final String POD = "10.77.0.3";
    static final String CLIENT6 = "fd77::2";
    static final String POD6 = "fd77::3";
    private static final String VIP = "10.96.0.50";

    final Host client;
    final Host pod;
    final NetNs namespace;
    private final TestNetwork network;
    private final Running sidecar;

    private InterceptionScenarios(
            TestNetwork network, Host client, Host pod, String mode, SidecarUnderTest sidecar, List<String> options) {
        this.network = network;
        this.client = client;
        this.pod = pod;
        namespace = NetNs.open(pod.namespaceFile());
        Capture.apply(namespace, arguments(mode, options));
        this.sidecar = sidecar.start(pod, mode, VIP + ":8000=" + POD + ":80");
        StandIn.application(client, "0.0.0.0", 80);
    }

    static InterceptionScenarios create(String mode, SidecarUnderTest sidecar, String... options) {
        TestNetwork network = TestNetwork.create();
        try {
            Host client = network.host("client", CLIENT + "/24", CLIENT6 + "/64");
            Host pod = network.host("pod", POD + "/24", POD6 + "/64");
            pod.run("ip", "route", "add", "10.96.0.0/16", "via", CLIENT).good();
            return new InterceptionScenarios(network, client, pod, mode, sidecar, List.of(options));
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    static List<String> arguments(String mode, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337"));
        arguments.addAll(List.of("-m", mode, "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020"));
        arguments.addAll(options);
        return arguments;
    }

    InterceptionScenarios application(String address) {
        StandIn.application(pod, address, 80);
        return this;
    }

    /** The address that the pod's application sees when {@code from} asks for {@code url}. */
    static String peerSeen(Host from, String url, String... options) {
        return ask(from, url, options).good().out().strip();
    }

    static Output ask(Host from, String url, String... options) {
        List<String> words = new ArrayList<>(List.of("curl", "-s", "-g", "-m", "4"));
        words.addAll(List.of(options));
        words.add(url);
        return from.run(words.toArray(String[]::new));
    }

    void clientIsSeenAs(String address) {
        String seen = peerSeen(client, "http://" + POD + "/");
        assertThat(seen).startsWith(address + " ");
        assertThat(sidecarLine("inbound peer " + CLIENT + " ")).contains("from " + seen);
    }

    void client6IsSeenAs(String address) {
        assertThat(peerSeen(client, "http://[" + POD6 + "]/")).startsWith(address + " ");
        sidecarLine("inbound peer " + CLIENT6 + " ");
    }

    /** The pod calls its own Service: out through the sidecar, and in through it again. */
    void selfCallIsSeenAs(String address) {
        assertThat(peerSeen(pod, "http://" + VIP + ":8000/")).startsWith(address + " ");
        sidecarLine("outbound peer " + POD + " ");
        sidecarLine("inbound peer " + POD + " ");
    }

    void ownAddressPassesBy() {
        int before = sidecar.lines().size();
        assertThat(peerSeen(pod, "http://" + POD + "/")).startsWith(POD + " ");
        assertThat(peerSeen(pod, "http://127.0.0.1/")).startsWith("127.0.0.1 ");
        assertThat(sidecar.lines()).hasSize(before);
    }

    void probePassesBy() {
        int before = sidecar.lines().size();
        assertThat(peerSeen(pod, "http://" + POD + "/", "--interface", "127.0.0.6"))
                .startsWith("127.0.0.6 ");
        assertThat(sidecar.lines()).hasSize(before);
    }

    /** A call to another host leaves through the sidecar with the pod's own address. */
    void outboundIsSeenAs(String address) {
        assertThat(peerSeen(pod, "http://" + CLIENT + "/")).startsWith(address + " ");
        sidecarLine("outbound peer " + POD + " ");
    }

    /** The connection is taken and then reset, because nothing listens where the sidecar dials. */
    void clientIsReset() {
        assertThat(ask(client, "http://" + POD + "/").code()).as("curl's code").isEqualTo(56);
        sidecarLine("inbound failed");
    }

    void clientTimesOutOrIsReset() {
        assertThat(ask(client, "http://" + POD + "/").code()).as("curl's code").isIn(28, 56, 52);
    }

    String sidecarLine(String start) {
        return sidecar.awaitLine(line -> line.startsWith(start));
    }

    @Override
    public void close() {
        namespace.close();
        network.close();
    }
}
