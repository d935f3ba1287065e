package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import io.hyaline.testkit.Running;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 64 connections through the gateway, over HTTP and HTTPS, kept and with a new one for every request, while the Service's policy flips,
 * certificates rotate and the gateway's pods are replaced: no request fails.
 */
@Tag("cluster")
final class GatewayLoadTest {

    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ");
    private static final List<String> NODES = List.of("10.0.0.93", "10.0.0.94");
    private static final int KEPT = 56;
    private static final String CLIENT = "203.0.113.50";
    private static ClusterFixture cluster;
    private static String front;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start();
        certificate("first.example");
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/it/src/test/cluster/gateway-load.yaml");
        cluster.kubectl("rollout", "status", "deploy/server", "--timeout=120s");
        front = cluster.kubectl(
                "-n",
                "istio-system",
                "get",
                "svc",
                "istio-ingressgateway",
                "-o",
                "jsonpath={.status.loadBalancer.ingress[0].ip}");
        shown("first.example");
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void thePolicyFlips() {
        replicas(1);
        List<Running> loads = loads();

        for (int round = 0; round < 2; round++) {
            policy("Local");
            policy("Cluster");
        }

        noneFailed(loads);
    }

    @Test
    void certificatesRotate() {
        replicas(1);
        List<Running> loads = loads();

        for (String name : List.of("second.example", "third.example", "fourth.example")) {
            certificate(name);
            shown(name);
        }

        noneFailed(loads);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cluster", "Local"})
    void podsAreReplaced(String policy) {
        replicas(2);
        policy(policy);
        List<Running> loads = loads();

        for (int round = 0; round < 2; round++) {
            cluster.kubectl("-n", "istio-system", "rollout", "restart", "deploy/istio-ingressgateway");
            rolledOut();
        }

        noneFailed(loads);
        policy("Cluster");
    }

    /** They go on until their input ends. */
    private static List<Running> loads() {
        List<Running> loads = List.of(
                load("-c" + KEPT / 2, "http://" + front + "/"),
                load("-c" + KEPT / 2, "https://" + front + "/"),
                load("-c4", "-H", "Connection: close", "http://" + front + "/"),
                load("-c4", "-H", "Connection: close", "https://" + front + "/"));
        Eventually.holds(
                "the connections that are kept",
                () -> cluster.run("ss", "-Htn", "state", "established", "dst", front)
                                .good()
                                .out()
                                .lines()
                                .count()
                        >= KEPT);
        return loads;
    }

    private static Running load(String... options) {
        String script = "wrk -t1 -d600s --timeout 20s \"$@\" & w=$!; read end; kill -INT $w; wait $w";
        String[] words = new String[options.length + 3];
        words[0] = "-c";
        words[1] = script;
        words[2] = "load";
        System.arraycopy(options, 0, words, 3, options.length);
        return cluster.begin("sh", words);
    }

    private static void noneFailed(List<Running> loads) {
        loads.forEach(Running::closeInput);
        for (Running load : loads) {
            String report = load.waitFor(Duration.ofSeconds(30)).good().out();
            assertThat(report)
                    .as(() -> "the gateways' last lines that are not 200:\n" + failures())
                    .doesNotContain("Non-2xx")
                    .doesNotContain("Socket errors");
            Matcher total = TOTAL.matcher(report);
            assertThat(total.find() ? Long.parseLong(total.group(1)) : 0)
                    .as(report)
                    .isPositive();
        }
    }

    private static String failures() {
        return cluster.tryKubectl("-n", "istio-system", "logs", "-l", "istio=ingressgateway", "--tail=-1")
                .out()
                .lines()
                .filter(l -> l.startsWith("{") && !l.contains("\"response_code\":200"))
                .limit(5)
                .reduce("", (a, b) -> a + b + "\n");
    }

    private static void replicas(int count) {
        cluster.kubectl(
                "-n",
                "istio-system",
                "patch",
                "istiogateway",
                "ingressgateway",
                "--type=merge",
                "-p",
                "{\"spec\":{\"replicaCount\":" + count + "}}");
        Eventually.holds(
                "the Deployment knows",
                () -> cluster.kubectl(
                                "-n",
                                "istio-system",
                                "get",
                                "deploy",
                                "istio-ingressgateway",
                                "-o",
                                "jsonpath={.spec.replicas}")
                        .equals(Integer.toString(count)));
        rolledOut();
    }

    private static void rolledOut() {
        cluster.kubectl("-n", "istio-system", "rollout", "status", "deploy/istio-ingressgateway", "--timeout=120s");
    }

    /** Returns when it holds for new connections. */
    private static void policy(String policy) {
        cluster.kubectl(
                "-n",
                "istio-system",
                "patch",
                "svc",
                "istio-ingressgateway",
                "-p",
                "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}");
        Eventually.holds(
                "the policy " + policy, () -> policy.equals("Local") ? from().equals(CLIENT) : NODES.contains(from()));
    }

    /** Where the gateway sees a connection come from. */
    private static String from() {
        return cluster.curl(CLIENT, "-o", "/dev/null", "-w", "%header{x-from}", "http://" + front + "/")
                .waitFor()
                .good()
                .out()
                .strip();
    }

    /** Makes a certificate for the name, and puts it where the gateway's server finds it. */
    private static void certificate(String name) {
        String pair = cluster.home().resolve(name).toString();
        cluster.run(ClusterFixture.ROOT + "/samples/self-signed", pair, name).good();
        String secret =
                "kubectl -n istio-system create secret tls front --key=\"$0.key\" --cert=\"$0.crt\" --dry-run=client -o yaml"
                        + " | kubectl apply -f -";
        cluster.run("sh", "-c", secret, pair).good();
    }

    private static void shown(String name) {
        Eventually.passes(
                "the certificate of " + name, () -> assertThat(handshake()).contains("subject=CN = " + name));
    }

    /** What openssl says of a new connection; one that hangs has five seconds to say so. */
    private static String handshake() {
        Output said = cluster.run(
                "sh",
                "-c",
                "timeout 5 openssl s_client -connect " + front
                        + ":443 -servername a.example </dev/null; echo ended with $?");
        return said.out() + said.err();
    }
}
