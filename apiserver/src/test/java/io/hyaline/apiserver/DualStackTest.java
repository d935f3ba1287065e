package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services with addresses of both families, as kubectl sees them. */
final class DualStackTest {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");
    private static final String FOUR = "10.96.0.0/16";
    private static final String SIX = "fd00:10:96::/112";

    private static ServerFixture fixture;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        fixture = ServerFixture.start(config -> config.withNetwork(LOOPBACK, List.of(FOUR, SIX)));
        kubectl = fixture.kubectl;
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void addressesComeInTheOrderOfTheFamilies() {
        make("plain", "");
        assertThat(addressing("plain")).matches("\\[\"10\\.96\\.\\S+\"] \\[\"IPv4\"] SingleStack");
        make("preferred", "ipFamilyPolicy: PreferDualStack");
        assertThat(addressing("preferred"))
                .matches("\\[\"10\\.96\\.\\S+\",\"fd00:10:96::\\S+\"] \\[\"IPv4\",\"IPv6\"] PreferDualStack");
        make("turned", "ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4]");
        assertThat(addressing("turned"))
                .matches("\\[\"fd00:10:96::\\S+\",\"10\\.96\\.\\S+\"] \\[\"IPv6\",\"IPv4\"] RequireDualStack");
        assertThat(kubectl.run("get", "service", "turned", "-o", "wide"))
                .containsPattern("turned +ClusterIP +fd00:10:96::\\S+ +<none> +80/TCP +\\d+s +app=turned");
        make("free", "clusterIP: None, selector: null");
        assertThat(addressing("free")).isEqualTo("[\"None\"] [\"IPv4\",\"IPv6\"] RequireDualStack");
        kubectl.run("create", "service", "externalname", "named", "--external-name=a.example.com");
        assertThat(addressing("named").strip()).isEmpty();
    }

    @Test
    void theSecondAddressComesAndGoes() {
        make("grown", "clusterIP: 10.96.0.3");
        String dual =
                "{\"spec\":{\"ipFamilyPolicy\":\"PreferDualStack\",\"clusterIPs\":[\"10.96.0.3\",\"fd00:10:96::3\"]}}";
        patch("grown", dual, "--dry-run=server");
        make("other", "clusterIP: 'fd00:10:96::3'");
        assertThat(kubectl.fails("patch", "service", "grown", "-p", dual))
                .contains(
                        "spec.clusterIPs: Invalid value: []string{\"10.96.0.3\", \"fd00:10:96::3\"}: failed to allocate IP"
                                + " fd00:10:96::3: provided IP is already allocated");
        kubectl.run("delete", "service", "other");
        patch("grown", dual);
        assertThat(addressing("grown"))
                .isEqualTo("[\"10.96.0.3\",\"fd00:10:96::3\"] [\"IPv4\",\"IPv6\"] PreferDualStack");
        assertThat(refused("taken", "clusterIP: 'FD00:0010:96::3'")).contains("provided IP is already allocated");
        patch("grown", "{\"spec\":{\"ipFamilyPolicy\":\"SingleStack\"}}");
        assertThat(addressing("grown")).isEqualTo("[\"10.96.0.3\"] [\"IPv4\"] SingleStack");
        make("next", "clusterIP: 'fd00:10:96::3'");
        patch("grown", "{\"spec\":{\"ipFamilyPolicy\":\"RequireDualStack\"}}");
        assertThat(addressing("grown"))
                .matches("\\[\"10.96.0.3\",\"fd00:10:96::\\S+\"] \\[\"IPv4\",\"IPv6\"] RequireDualStack");
    }

    @Test
    void thePrimaryAddressAndFamilyStay() {
        make("fixed", "clusterIP: 10.96.0.4");
        assertThat(kubectl.fails("patch", "service", "fixed", "-p", "{\"spec\":{\"clusterIP\":\"10.96.0.5\"}}"))
                .contains("spec.clusterIPs[0]: Invalid value: []string{\"10.96.0.5\"}: may not change once set");
        assertThat(kubectl.fails("patch", "service", "fixed", "-p", "{\"spec\":{\"ipFamilies\":[\"IPv6\"]}}"))
                .contains("spec.clusterIPs[0]: Invalid value: \"10.96.0.4\": expected an IPv6 value as indicated by"
                        + " `ipFamilies[0]`");
        patch("fixed", "{\"spec\":{\"clusterIP\":null}}");
        assertThat(addressing("fixed")).isEqualTo("[\"10.96.0.4\"] [\"IPv4\"] SingleStack");
    }

    @Test
    void aNameElsewhereGivesTheAddressesBack() {
        make("moved", "clusterIP: 10.96.0.7, ipFamilyPolicy: RequireDualStack");
        patch("moved", "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.example.com\"}}");
        assertThat(addressing("moved").strip()).isEmpty();
        make("heir", "clusterIP: 10.96.0.7");
        patch("moved", "{\"spec\":{\"type\":\"ClusterIP\",\"externalName\":null,\"ipFamilies\":[\"IPv6\"]}}");
        assertThat(addressing("moved")).matches("\\[\"fd00:10:96::\\S+\"] \\[\"IPv6\"] SingleStack");
    }

    @Test
    void aRefusedServiceKeepsNothing() {
        assertThat(
                        refused(
                                "faulty",
                                "clusterIP: 10.96.0.8, clusterIPs: [10.96.0.8, 'fd00:10:97::1'], ipFamilyPolicy: PreferDualStack"))
                .contains(
                        "failed to allocate IP fd00:10:97::1: the provided IP (fd00:10:97::1) is not in the valid range."
                                + " The range of valid IPs is fd00:10:96::/112");
        make("right", "clusterIP: 10.96.0.8");
        assertThat(refused("named", "type: ExternalName, externalName: b.example.com, ipFamilyPolicy: SingleStack"))
                .contains("spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services");
    }

    @Test
    void addressesOfEitherFamilyAreShown() {
        assertThat(make("odd", "externalIPs: ['2001:DB8:0::7']"))
                .contains(
                        "Warning: spec.externalIPs[0]: IPv6 address \"2001:DB8:0::7\" is not in RFC 5952 canonical format"
                                + " (\"2001:db8::7\"), which may cause controller apply-loops");
        String slice = """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: six, labels: {kubernetes.io/service-name: odd}}
                addressType: IPv6
                endpoints: [{addresses: ['%s']}, {addresses: ['fd00:172:20::2']}]
                ports: [{port: 80}]
                """;
        assertThat(kubectl.attempt(slice.formatted("172.20.1.1"), "apply", "-f", "-")
                        .err())
                .contains("endpoints[0].addresses[0]: Invalid value: \"172.20.1.1\": must be a valid IPv6 address");
        kubectl.apply(slice.formatted("fd00:172:20::1"));
        assertThat(kubectl.run("get", "endpointslices"))
                .containsPattern("six +IPv6 +80 +fd00:172:20::1,fd00:172:20::2 +\\d+s");
        kubectl.run("run", "both", "--image=example/one");
        status("both", "{\"podIP\":\"fd00:172:20::9\"}");
        assertThat(kubectl.run("get", "pod", "both", "-o", "jsonpath={.status.podIPs}"))
                .isEqualTo("[{\"ip\":\"fd00:172:20::9\"}]");
        status(
                "both",
                "{\"podIP\":\"fd00:172:20::9\",\"podIPs\":[{\"ip\":\"fd00:172:20::9\"},{\"ip\":\"172.20.1.9\"}]}");
        assertThat(kubectl.run("get", "pod", "both", "-o", "wide")).contains("fd00:172:20::9");
        assertThat(kubectl.fails(
                        "patch",
                        "pod",
                        "both",
                        "--subresource=status",
                        "-p",
                        "{\"status\":{\"podIPs\":[{\"ip\":\"fd00:172:20::9\"},{\"ip\":\"fd00::1\"}]}}"))
                .contains("may specify no more than one IP for each IP family");
    }

    @Test
    void aSecondRangeUpgradesNothingByItself(@TempDir Path directory) {
        ApiServerConfig single = ApiServerConfig.local(directory);
        ApiServerConfig dual = single.withNetwork(LOOPBACK, List.of(FOUR, SIX));
        Kubectl client = new Kubectl(single.kubeconfig(), directory.resolve("home"));
        try (ApiServer _ = ApiServer.start(single)) {
            client.apply(service("waiting", "clusterIP: 10.96.0.9, ipFamilyPolicy: PreferDualStack"));
        }
        try (ApiServer _ = ApiServer.start(dual)) {
            assertThat(addressing(client, "waiting")).isEqualTo("[\"10.96.0.9\"] [\"IPv4\"] PreferDualStack");
            client.run("label", "service", "waiting", "color=red");
            assertThat(addressing(client, "waiting")).isEqualTo("[\"10.96.0.9\"] [\"IPv4\"] PreferDualStack");
            client.run("patch", "service", "waiting", "-p", "{\"spec\":{\"ipFamilies\":[\"IPv4\",\"IPv6\"]}}");
            assertThat(addressing(client, "waiting"))
                    .matches("\\[\"10.96.0.9\",\"fd00:10:96::\\S+\"] \\[\"IPv4\",\"IPv6\"] PreferDualStack");
            client.run(
                    "patch",
                    "service",
                    "waiting",
                    "-p",
                    "{\"spec\":{\"clusterIPs\":[\"10.96.0.9\"],\"ipFamilies\":[\"IPv4\"],\"ipFamilyPolicy\":\"SingleStack\"}}");
            client.apply(service("six", "clusterIP: 'fd00:10:96::9'"));
        }
        try (ApiServer _ = ApiServer.start(dual)) {
            assertThat(client.attempt(service("again", "clusterIP: 'fd00:10:96::9'"), "apply", "-f", "-")
                            .err())
                    .contains("provided IP is already allocated");
        }
        try (ApiServer _ = ApiServer.start(dual.withNetwork(List.of("::1"), List.of("fd00:10:97::/112")))) {
            assertThat(addressing(client, "waiting")).isEqualTo("[\"10.96.0.9\"] [\"IPv4\"] SingleStack");
            assertThat(addressing(client, "kubernetes"))
                    .as("leads to the server, in a range of its certificate")
                    .isEqualTo("[\"fd00:10:97::1\"] [\"IPv6\"] SingleStack");
            assertThat(client.run("get", "endpointslice", "kubernetes", "-o", "jsonpath={.addressType}"))
                    .isEqualTo("IPv6");
        }
    }

    private static String make(String name, String spec) {
        return kubectl.apply(service(name, spec));
    }

    private static String refused(String name, String spec) {
        Kubectl.Result result = kubectl.attempt(service(name, spec), "apply", "-f", "-");
        assertThat(result.exit()).isNotZero();
        return result.err();
    }

    private static String service(String name, String spec) {
        String selector = spec.contains("selector") ? "" : "selector: {app: " + name + "}, ";
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {%s%sports: [{port: 80}]}
                """.formatted(name, selector, spec.isEmpty() ? "" : spec + ", ");
    }

    private static void patch(String name, String patch, String... more) {
        List<String> arguments = new ArrayList<>(List.of("patch", "service", name, "-p", patch));
        arguments.addAll(List.of(more));
        kubectl.run(arguments.toArray(String[]::new));
    }

    private static void status(String pod, String status) {
        kubectl.run("patch", "pod", pod, "--subresource=status", "-p", "{\"status\":" + status + "}");
    }

    private static String addressing(String name) {
        return addressing(kubectl, name);
    }

    private static String addressing(Kubectl client, String name) {
        return client.run(
                "get", "service", name, "-o", "jsonpath={.spec.clusterIPs} {.spec.ipFamilies} {.spec.ipFamilyPolicy}");
    }
}
