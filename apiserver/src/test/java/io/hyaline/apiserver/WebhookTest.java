package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.auth.Certificates;
import io.hyaline.apiserver.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Webhooks, reached through a Service whose endpoint is a real TLS server. */
final class WebhookTest {
    private static ServerFixture fixture;
    private static HttpsServer webhook;
    private static String caBundle;

    @BeforeAll
    static void start() throws Exception {
        fixture = ServerFixture.start();
        Path directory = Files.createDirectory(fixture.directory.resolve("webhook"));
        Certificates authority = Certificates.in(directory, Instant.now());
        caBundle = Base64.getEncoder().encodeToString(authority.caPem().getBytes(StandardCharsets.UTF_8));
        Certificates.Identity identity = authority.server(
                List.of("hook.hooks.svc", "six.hooks.svc"), List.of(Objects.requireNonNull(Ip.parse("::1"))));
        webhook = HttpsServer.create(new InetSocketAddress("::", 0), 16);
        webhook.setHttpsConfigurator(new HttpsConfigurator(tls(identity, authority)));
        webhook.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        webhook.createContext("/inject", exchange -> answer(exchange, WebhookTest::inject));
        webhook.createContext("/count", exchange -> answer(exchange, WebhookTest::count));
        webhook.createContext(
                "/deny",
                exchange -> answer(
                        exchange,
                        _ -> Json.object()
                                .put("allowed", false)
                                .<ObjectNode>set("warnings", Json.array("ask again on Monday"))
                                .<ObjectNode>set(
                                        "status",
                                        Json.object()
                                                .put("message", "not on a Friday")
                                                .put("code", 418))));
        webhook.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush(); // and never says more
        });
        webhook.start();
        fixture.kubectl.run("create", "namespace", "hooks");
        fixture.kubectl.run("-n", "hooks", "create", "service", "clusterip", "hook", "--tcp=443:10250");
        fixture.kubectl.apply("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: hook, namespace: hooks, labels: {kubernetes.io/service-name: hook}}
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1]}]
                ports: [{name: '443-10250', port: %d}]
                """.formatted(webhook.getAddress().getPort()));
    }

    @AfterAll
    static void stop() {
        webhook.stop(0);
        fixture.close();
    }

    @Test
    void podIsChangedBeforeItIsStored() {
        register("Mutating", "inject", "inject", "failurePolicy: Fail");
        namespace("inject");
        fixture.kubectl.run("-n", "inject", "run", "app", "--image=example/app");
        ObjectNode pod = Json.parse(fixture.kubectl.run("-n", "inject", "get", "pod", "app", "-o", "json"));
        List<ObjectNode> containers = Json.objects(pod, "spec", "containers");
        assertThat(containers).extracting(one -> Json.string(one, "name")).containsExactly("app", "istio-proxy");
        assertThat(Json.string(containers.getLast(), "terminationMessagePath"))
                .as("defaults come afterwards")
                .isNotEmpty();
        assertThat(Json.objects(containers.getLast(), "volumeMounts"))
                .as("and so does the token")
                .extracting(one -> Json.string(one, "mountPath"))
                .containsExactly("/var/run/secrets/kubernetes.io/serviceaccount");
        fixture.kubectl.run("run", "plain", "--image=example/app");
        assertThat(fixture.kubectl.run("get", "pod", "plain", "-o", "jsonpath={.spec.containers[*].name}"))
                .isEqualTo("plain");
    }

    @Test
    void denialIsTold() {
        register("Validating", "deny", "deny", "failurePolicy: Fail");
        namespace("deny");
        assertThat(fixture.kubectl.fails("-n", "deny", "run", "app", "--image=x"))
                .contains("Warning: ask again on Monday")
                .contains("admission webhook \"deny.example.io\" denied the request: not on a Friday");
    }

    @Test
    void webhookIsReachedOverIpv6() {
        int port = webhook.getAddress().getPort();
        fixture.kubectl.run("-n", "hooks", "create", "service", "clusterip", "six", "--tcp=443:10250");
        fixture.kubectl.apply("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: six, namespace: hooks, labels: {kubernetes.io/service-name: six}}
                addressType: IPv6
                endpoints: [{addresses: ['::1']}]
                ports: [{name: '443-10250', port: %d}]
                """.formatted(port));
        register("Validating", "six", "deny", "failurePolicy: Fail");
        namespace("six");
        for (String client : List.of(
                "{\"service\":{\"name\":\"six\",\"namespace\":\"hooks\",\"path\":\"/deny\"}}",
                "{\"service\":null,\"url\":\"https://[::1]:" + port + "/deny\"}")) {
            fixture.kubectl.run(
                    "patch",
                    "validatingwebhookconfiguration",
                    "six",
                    "-p",
                    "{\"webhooks\":[{\"name\":\"six.example.io\",\"clientConfig\":" + client + "}]}");
            assertThat(fixture.kubectl.fails("-n", "six", "run", "app", "--image=x"))
                    .contains("admission webhook \"six.example.io\" denied the request: not on a Friday");
        }
        fixture.kubectl.run(
                "patch",
                "validatingwebhookconfiguration",
                "six",
                "-p",
                "{\"webhooks\":[{\"name\":\"six.example.io\",\"clientConfig\":{\"url\":\"https://[::1]:1/deny\"}}]}");
        assertThat(fixture.kubectl.fails("-n", "six", "run", "app", "--image=x"))
                .contains("Post \"https://[::1]:1/deny?timeout=10s\": dial tcp [::1]:1: connect: Connection refused");
    }

    @Test
    void slowWebhookIsNamed() {
        register("Validating", "slow", "slow", "timeoutSeconds: 1");
        namespace("slow");
        assertThat(fixture.kubectl.fails("-n", "slow", "run", "app", "--image=x"))
                .contains("failed calling webhook \"slow.example.io\"")
                .contains("Post \"https://hook.hooks.svc:443/slow?timeout=1s\": context deadline exceeded");
    }

    @Test
    void failureIsIgnoredWhenThePolicySaysSo() {
        register("Mutating", "lost", "nowhere", "failurePolicy: Ignore");
        namespace("lost");
        fixture.kubectl.run("-n", "lost", "run", "app", "--image=x");
        assertThat(fixture.kubectl.run("-n", "lost", "get", "pod", "app", "-o", "name"))
                .isEqualTo("pod/app\n");
    }

    @Test
    void webhookIsAskedAgainWhenALaterOneChangedTheObject() {
        register("Mutating", "again-a", "count", "reinvocationPolicy: IfNeeded", "again");
        register("Mutating", "again-b", "inject", "failurePolicy: Fail", "again");
        namespace("again");
        fixture.kubectl.run("-n", "again", "run", "app", "--image=example/app");
        assertThat(fixture.kubectl.run(
                        "-n", "again", "get", "pod", "app", "-o", "jsonpath={.metadata.annotations.seen}"))
                .isEqualTo("2");
    }

    @Test
    void serviceWithoutEndpointsIsNamed() {
        fixture.kubectl.run("-n", "hooks", "create", "service", "clusterip", "empty", "--tcp=443");
        register("Mutating", "empty", "inject", "failurePolicy: Fail");
        fixture.kubectl.run(
                "patch",
                "mutatingwebhookconfiguration",
                "empty",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/webhooks/0/clientConfig/service/name\",\"value\":\"empty\"}]");
        namespace("empty");
        assertThat(fixture.kubectl.fails("-n", "empty", "run", "app", "--image=x"))
                .contains("no endpoints available for service \"empty\"");
    }

    private static void namespace(String name) {
        fixture.kubectl.run("create", "namespace", name);
        fixture.kubectl.run("label", "namespace", name, "hook=" + name);
    }

    private static void register(String kind, String name, String path, String option) {
        register(kind, name, path, option, name);
    }

    private static void register(String kind, String name, String path, String option, String namespace) {
        fixture.kubectl.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: %sWebhookConfiguration
                metadata: {name: %s}
                webhooks:
                - name: %2$s.example.io
                  admissionReviewVersions: [v1]
                  sideEffects: None
                  %s
                  clientConfig: {caBundle: %s, service: {name: hook, namespace: hooks, path: /%s}}
                  namespaceSelector: {matchLabels: {hook: %s}}
                  rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                """.formatted(kind, name, option, caBundle, path, namespace));
    }

    private static ObjectNode inject(ObjectNode request) {
        return patch("[{\"op\":\"add\",\"path\":\"/spec/containers/-\",\"value\":"
                + "{\"name\":\"istio-proxy\",\"image\":\"istio/proxyv2\"}}]");
    }

    private static ObjectNode count(ObjectNode request) {
        String seen = Json.string(request, "object", "metadata", "annotations", "seen");
        int next = seen.isEmpty() ? 1 : Integer.parseInt(seen) + 1;
        return patch("[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"seen\":\"" + next + "\"}}]");
    }

    private static ObjectNode patch(String steps) {
        return Json.object()
                .put("allowed", true)
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(steps.getBytes(StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, UnaryOperator<ObjectNode> decide) throws IOException {
        try (exchange) {
            ObjectNode request = (ObjectNode)
                    Json.parse(exchange.getRequestBody().readAllBytes()).get("request");
            ObjectNode review =
                    Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
            review.set("response", decide.apply(request).put("uid", Json.string(request, "uid")));
            byte[] body = Json.bytes(review);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static SSLContext tls(Certificates.Identity identity, Certificates authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("k", identity.key(), new char[0], new Certificate[] {identity.certificate(), authority.ca()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
