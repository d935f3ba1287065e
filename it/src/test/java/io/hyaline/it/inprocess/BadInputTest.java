package io.hyaline.it.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.inject.InjectionConfig;
import io.hyaline.inject.WebhookServer;
import io.hyaline.pilot.Pilot;
import io.hyaline.pilot.admit.AdmissionWebhook;
import io.hyaline.pilot.ca.ServingKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real kubectl shows of objects that cannot work, or hardly mean what they say. */
class BadInputTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String GATEWAY_PODS = """
            apiVersion: v1
            kind: Service
            metadata: {name: istio-ingressgateway, namespace: istio-system}
            spec:
              selector: {istio: ingressgateway}
              ports: [{name: http2, port: 80}, {name: https, port: 443}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: gateway-1, namespace: istio-system, labels: {istio: ingressgateway}}
            spec: {containers: [{name: istio-proxy, image: 'istio/proxyv2'}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: httpbin, namespace: default}
            spec: {ports: [{name: http, port: 8000}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: istiod, namespace: istio-system}
            spec: {ports: [{name: https-webhook, port: 443}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: istiod-1, namespace: istio-system, labels: {kubernetes.io/service-name: istiod}}
            addressType: IPv4
            ports: [{name: https-webhook, port: %d}]
            endpoints: [{addresses: [127.0.0.1]}]
            """;

    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: %s, namespace: default}
            spec: {hosts: [%s], %s}
            """;

    private static final String SERVER = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: %s, namespace: default}
            spec:
              selector: {istio: ingressgateway}
              servers: [{hosts: ['*'], port: {name: p, number: %d, protocol: %s}, %s}]
            """;

    @TempDir
    Path directory;

    private MeshFixture mesh;
    private WebhookServer webhook;

    @BeforeEach
    void start() throws Exception {
        mesh = new MeshFixture(directory);
        Pilot pilot = mesh.startPilot();
        SSLContext tls = SSLContext.getInstance("TLS");
        ServingKey key = new ServingKey(pilot.authority(), List.of("istiod.istio-system.svc"), InstantSource.system());
        tls.init(new KeyManager[] {key}, null, new SecureRandom());
        webhook = WebhookServer.start(
                new InetSocketAddress("127.0.0.1", 0),
                tls,
                InjectionConfig.DEFAULT,
                Map.of(AdmissionWebhook.PATH, pilot.admission()::answer));
        mesh.create(GATEWAY_PODS.formatted(webhook.port()));
        mesh.client
                .resource(AdmissionWebhook.configuration(pilot.authority().rootPem()))
                .create();
    }

    @AfterEach
    void stop() {
        webhook.close();
        mesh.close();
    }

    @Test
    void whatCannotWorkIsRefusedWithItsFieldAndTheOthersAreTaken() {
        String good = ROUTE.formatted("good", "a.example.com", "http: [{route: [{destination: {host: httpbin}}]}]");
        String bad = ROUTE.formatted(
                "bad",
                "b.example.com",
                "http: [{match: [{uri: {regex: '(('}}], route: [{destination: {host: httpbin}}]}]");
        assertThat(kubectl(bad + "---\n" + good, "apply", "-f", "-"))
                .contains(
                        "Error from server: error when creating \"STDIN\": admission webhook \"rev.validation.istio.io\" denied the"
                                + " request: configuration is invalid: spec.http[0].match[0].uri.regex: \"((\" is not a regular expression")
                .contains("virtualservice.networking.istio.io/good created")
                .doesNotContain("Warning");
        assertThat(kubectl(SERVER.formatted("bad", 443, "HTTPS", "tls: {mode: SIMPLE}"), "apply", "-f", "-"))
                .contains("spec.servers[0].tls.credentialName: SIMPLE TLS requires a server certificate");
        assertThat(kubectl(
                        "", "patch", "virtualservice", "good", "--type=merge", "-p", "{\"spec\":{\"hosts\":[\"*\"]}}"))
                .contains("wildcard host * is not allowed for virtual services bound to the mesh gateway");
        assertThat(kubectl("""
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: none, namespace: default}
                spec: {action: DENY}
                """, "apply", "-f", "-"))
                .contains("AuthorizationPolicy is not supported: nothing would be enforced");
        assertThat(kubectl("", "get", "virtualservices,gateways,authorizationpolicies", "-o", "name"))
                .isEqualTo("virtualservice.networking.istio.io/good\n");
    }

    @Test
    void whatRefersToNothingIsWarnedOfAndItsStatusFollowsWhatComes() {
        String route = ROUTE.formatted(
                "late", "a.example.com", "gateways: [door], http: [{route: [{destination: {host: later}}]}]");
        assertThat(kubectl(route, "apply", "-f", "-"))
                .contains(
                        "Warning: [IST0101] ReferencedResourceNotFound: Referenced gateway not found: \"default/door\"")
                .contains(
                        "Warning: [IST0101] ReferencedResourceNotFound: Referenced host not found: \"later.default.svc.cluster.local\"")
                .contains("virtualservice.networking.istio.io/late created");
        awaitStatus("virtualservice", "late", "False IST0101 IST0101");
        assertThat(kubectl(SERVER.formatted("door", 80, "HTTP", ""), "apply", "-f", "-"))
                .doesNotContain("Warning");
        awaitStatus("virtualservice", "late", "False IST0101");
        kubectl("", "create", "service", "clusterip", "later", "--tcp=80");
        awaitStatus("virtualservice", "late", "True ");
        String before = kubectl("", "get", "virtualservice", "late", "-o", "jsonpath={.metadata.resourceVersion}");
        kubectl("", "annotate", "service", "later", "note=x");
        kubectl("", "create", "service", "clusterip", "another", "--tcp=80");
        assertThat(kubectl(
                        SERVER.formatted("door", 80, "HTTP", "").replace("['*']", "[b.example.com]"),
                        "apply",
                        "-f",
                        "-"))
                .contains("configured");
        awaitStatus("virtualservice", "late", "True IST0132");
        assertThat(kubectl(
                        "",
                        "get",
                        "virtualservice",
                        "late",
                        "-o",
                        "jsonpath={.status.observedGeneration} {.metadata.generation}"))
                .isEqualTo("1 1");
        assertThat(kubectl("", "get", "virtualservice", "late", "-o", "jsonpath={.metadata.resourceVersion}"))
                .isNotEqualTo(before);
    }

    @Test
    void aGatewayNamesItsConflictsAndItsCredentials() throws Exception {
        kubectl(SERVER.formatted("first", 80, "HTTP", ""), "apply", "-f", "-");
        assertThat(kubectl(SERVER.formatted("second", 80, "TCP", ""), "apply", "-f", "-"))
                .contains(
                        "Warning: [IST0145] ConflictingGateways: Conflict with gateways on the same workload"
                                + " (istio=ingressgateway): server 80 (p): protocol TCP cannot share the port with HTTP of Gateway default/first");
        awaitStatus("gateway", "second", "False IST0145");
        awaitStatus("gateway", "first", "True ");
        assertThat(kubectl(
                        SERVER.formatted("https", 443, "HTTPS", "tls: {mode: SIMPLE, credentialName: site}"),
                        "apply",
                        "-f",
                        "-"))
                .contains(
                        "Warning: [IST0101] ReferencedResourceNotFound: Referenced credentialName not found: \"site\"");
        awaitStatus("gateway", "https", "False IST0101");
        pair("one");
        pair("two");
        assertThat(secret("one.crt", "two.key"))
                .contains(
                        "Warning: gateways cannot use this secret: tls.key is not the key of the certificate in tls.crt");
        awaitStatus("gateway", "https", "False IST0161");
        assertThat(kubectl("", "get", "gateway", "https", "-o", "jsonpath={.status.conditions[0].message}"))
                .contains("tls.key is not the key of the certificate in tls.crt; the server is off");
        assertThat(secret("one.crt", "one.key")).doesNotContain("Warning");
        awaitStatus("gateway", "https", "True ");
        awaitStatus("gateway", "first", "True ");
    }

    private void awaitStatus(String kind, String name, String expected) {
        String path =
                "jsonpath={.status.conditions[?(@.type==\"PassedAnalysis\")].status} {.status.validationMessages[*].type.code}";
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() ->
                        assertThat(kubectl("", "get", kind, name, "-o", path)).isEqualTo(expected));
    }

    private void pair(String name) throws Exception {
        Process openssl = new ProcessBuilder(
                        Path.of("..", "samples", "self-signed").toString(),
                        directory.resolve(name).toString(),
                        name + ".example.com")
                .inheritIO()
                .start();
        assertThat(openssl.waitFor()).isZero();
    }

    private String secret(String certificate, String key) throws IOException {
        return kubectl("""
                apiVersion: v1
                kind: Secret
                metadata: {name: site, namespace: istio-system}
                type: kubernetes.io/tls
                data: {tls.crt: %s, tls.key: %s}
                """.formatted(encoded(certificate), encoded(key)), "apply", "-f", "-");
    }

    private String encoded(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve(file)));
    }

    /** What it prints, in both ways. */
    private String kubectl(String input, String... arguments) {
        String[] words = new String[arguments.length + 1];
        words[0] = "kubectl";
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", mesh.kubeconfig().toString());
        builder.environment().put("HOME", directory.toString());
        try {
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends").isTrue();
            return out;
        } catch (IOException e) {
            throw new AssertionError("kubectl is not on the PATH; install kubectl 1.30 or newer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
