package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whole clusters of IPv6 alone, and of both families. */
@Tag("cluster")
final class FamiliesTest {

    private static final String SAMPLES = ClusterFixture.ROOT + "/samples/";

    /** A machine outside, and the host, in both families; nodes by what their addresses begin with. */
    private record Place(String balancer, String client, String host, String nodes) {}

    private static final List<Place> PLACES = List.of(
            new Place("203.0.113.80", "203.0.113.50", "203.0.113.1", "10.0.0."),
            new Place("[2001:db8:113::50]", "2001:db8:113::32", "2001:db8:113::1", "fd00:10::5"));

    /** Every row of the first scenario; of the second, what is different is below. */
    @Test
    void theFirstScenarioHoldsWithIpv6Alone() {
        ClusterFixture.prepareImages();
        try (ClusterFixture place = ClusterFixture.empty()) {
            String rows = place.hyaline("demo", "east-west", "--ip-family", "ipv6")
                    .good()
                    .out();

            assertThat(rows).contains("::6", "fd00:172:20:");
        }
    }

    @Test
    void aGatewayOfBothFamiliesSaysWhoCallsByEach() {
        try (ClusterFixture cluster = ClusterFixture.start("--ip-family", "dual")) {
            cluster.kubectl(
                    "apply",
                    "-f",
                    SAMPLES + "sleep.yaml",
                    "-f",
                    SAMPLES + "httpbin.yaml",
                    "-f",
                    SAMPLES + "http-demo.yaml");
            cluster.kubectl("patch", "svc", "httpbin", "-p", "{\"spec\":{\"ipFamilyPolicy\":\"PreferDualStack\"}}");
            for (String app : List.of("sleep", "httpbin")) {
                cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
            }
            for (Place place : PLACES) {
                String url = "http://" + place.balancer() + ":80/ip";
                policy(cluster, "Cluster");
                Eventually.holds(
                        "a node's address at " + url,
                        () -> origin(cluster.curl(place.client(), url).waitFor())
                                .startsWith(place.nodes()));
                policy(cluster, "Local");
                Eventually.holds(
                        "the client's address at " + url,
                        () -> origin(cluster.curl(place.client(), url).waitFor())
                                .equals(place.client()));
                assertThat(origin(cluster.run("curl", "-s", "-m", "10", url))).isEqualTo(place.host());
            }
            // The client's proxy takes the Service's IPv6 address; the server listens on IPv4.
            assertThat(origin(cluster.tryKubectl(
                            "exec", "deploy/sleep", "-c", "sleep", "--", "curl", "-s", "-6", "http://httpbin:8000/ip")))
                    .isEqualTo("127.0.0.6");
        }
    }

    private static void policy(ClusterFixture cluster, String policy) {
        String patch = "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}";
        cluster.kubectl("-n", "istio-system", "patch", "svc", "istio-ingressgateway", "-p", patch);
    }

    private static String origin(Output answer) {
        return answer.code() == 0 && answer.out().startsWith("{")
                ? JsonMapper.builder()
                        .build()
                        .readTree(answer.out())
                        .path("origin")
                        .asString("")
                : "exit " + answer.code() + ": " + answer.out() + answer.err();
    }
}
