package io.hyaline.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.zjsonpatch.JsonPatch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class WebhookServerTest {

    private static SSLContext tls;

    @BeforeAll
    static void makeKeys(@TempDir Path directory) throws Exception {
        tls = tls(directory);
    }

    @Test
    void answersAReviewWithThePatchThatInjects() throws Exception {
        ObjectNode pod = InjectionPolicyTest.pod(Map.of("sidecar.istio.io/interceptionMode", "TPROXY"));

        JsonNode response = Tree.parse(ask(review(pod)).body()).path("response");

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("uid").asString()).isEqualTo("u-1");
        JsonNode patch = Tree.parse(
                new String(Base64.getDecoder().decode(response.path("patch").asString())));
        assertThat(JsonPatch.apply(patch, pod)).isEqualTo(new Injector(InjectionConfig.DEFAULT).inject(pod, "default"));
    }

    @Test
    void saysNothingAboutAPodThatStaysPlain() throws Exception {
        ObjectNode pod = InjectionPolicyTest.pod(Map.of("sidecar.istio.io/inject", "false"));

        JsonNode response = Tree.parse(ask(review(pod)).body()).path("response");

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.has("patch")).isFalse();
    }

    @Test
    void deniesAPodThatCannotBeInjectedAndSaysWhy() throws Exception {
        ObjectNode pod = InjectionPolicyTest.pod(Map.of("sidecar.istio.io/interceptionMode", "BRIDGE"));

        JsonNode response = Tree.parse(ask(review(pod)).body()).path("response");

        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("status").path("message").asString())
                .isEqualTo("no sidecar: annotation sidecar.istio.io/interceptionMode BRIDGE:"
                        + " must be REDIRECT, TPROXY or NONE");
    }

    @Test
    void refusesWhatIsNoReview() throws Exception {
        assertThat(ask("{\"kind\": \"Pod\"}").statusCode()).isEqualTo(400);
        assertThat(ask("{").body()).startsWith("not JSON");
    }

    @Test
    void servesWhatOthersWantServed() throws Exception {
        assertThat(ask("/other", "review").body()).isEqualTo("review");
        HttpResponse<String> nowhere = ask("/nowhere", "review");
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(nowhere.body()).isEqualTo("not found; the paths are [/inject, /other]\n");
    }

    @Test
    void refusesABodyWithoutEnd() throws Exception {
        assertThat(ask(" ".repeat((4 << 20) + 1000)).statusCode()).isEqualTo(413);
    }

    private static String review(ObjectNode pod) {
        return Tree.object(
                        "apiVersion",
                        "admission.k8s.io/v1",
                        "kind",
                        "AdmissionReview",
                        "request",
                        Tree.object(
                                "uid",
                                "u-1",
                                "kind",
                                Tree.object("group", "", "version", "v1", "kind", "Pod"),
                                "namespace",
                                "default",
                                "operation",
                                "CREATE",
                                "object",
                                pod))
                .toString();
    }

    private HttpResponse<String> ask(String body) throws Exception {
        return ask("/inject", body);
    }

    private HttpResponse<String> ask(String path, String body) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (WebhookServer server = WebhookServer.start(
                        address, tls, InjectionConfig.DEFAULT, Map.of("/other", UnaryOperator.identity()));
                HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            URI uri = URI.create("https://localhost:" + server.port() + path + "?timeout=10s");
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static SSLContext tls(Path directory) throws Exception {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "webhook",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storepass",
                        "secret",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        char[] password = "secret".toCharArray();
        KeyStore keys = KeyStore.getInstance(file.toFile(), password);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, password);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }
}
