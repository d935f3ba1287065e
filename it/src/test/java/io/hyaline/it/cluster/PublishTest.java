package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ports of the host that lead to the gateway: who connects to them is seen. */
@Tag("cluster")
final class PublishTest {

    private static ClusterFixture cluster;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start("--publish", "8080:80", "--publish", "127.0.0.1:8081:80");
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/samples/httpbin.yaml");
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/samples/http-demo.yaml");
        cluster.kubectl(
                "-n",
                "istio-system",
                "patch",
                "svc",
                "istio-ingressgateway",
                "-p",
                "{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}");
        cluster.kubectl("rollout", "status", "deploy/httpbin", "--timeout=120s");
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void theMachineItselfIsTheOutsideNetworksHost() {
        Eventually.passes(
                "the host's own address",
                () -> assertThat(ask("http://127.0.0.1:8080/ip")).contains("\"203.0.113.1\""));
        Eventually.passes(
                "the host's own address",
                () -> assertThat(ask("http://127.0.0.1:8081/ip")).contains("\"203.0.113.1\""));
    }

    @Test
    void aClientKeepsItsAddress() {
        // The host calls from another address of its own, one that the cluster has never heard of.
        cluster.run("ip", "addr", "add", "192.0.2.7/32", "dev", "lo").good();
        Eventually.passes(
                "the client's address",
                () -> assertThat(ask("http://192.0.2.7:8080/ip")).contains("\"192.0.2.7\""));
    }

    private static String ask(String url) {
        return cluster.run("curl", "-s", "-m", "10", url).out();
    }
}
