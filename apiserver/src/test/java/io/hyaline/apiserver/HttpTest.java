package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Json;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Iterator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** The wire as a plain HTTP client with a token sees it. */
final class HttpTest {
    private static ServerFixture fixture;
    private static HttpClient http;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        fixture = ServerFixture.start();
        http = HttpClient.newBuilder()
                .sslContext(trusting(fixture.directory.resolve("ca.crt")))
                .build();
        fixture.kubectl.run("create", "serviceaccount", "tester");
        token = fixture.kubectl.run("create", "token", "tester").strip();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /healthz | | 200 | ok",
                "GET | /version | | 200 | v1.32",
                "GET | /api/v1/nothing | | 404 | the server could not find the requested resource",
                "GET | /api/v1/namespaces/default/pods/none | | 404 | pods \\\"none\\\" not found",
                "PUT | /api/v1/namespaces/default/pods | {} | 405 | does not allow this method",
                "POST | /api/v1/namespaces/default/configmaps | {broken | 400 | invalid JSON",
                "POST | /api/v1/namespaces/default/configmaps | {\"kind\":\"Secret\",\"apiVersion\":\"v1\"} | 400 | cannot be handled as a ConfigMap",
                "POST | /api/v1/namespaces/default/configmaps | {\"metadata\":{\"name\":\"Bad_Name\"}} | 422 | lowercase RFC 1123 subdomain",
                "POST | /api/v1/namespaces/default/configmaps | {} | 422 | name or generateName is required",
                "GET | /api/v1/pods?labelSelector=a%3Db%3Dc | | 400 | unable to parse requirement",
                "GET | /api/v1/pods?continue=abc | | 400 | continue key is not valid",
                "GET | /metrics | | 200 | apiserver_request_total",
                "GET | /openid/v1/jwks | | 200 | P-256",
            })
    void answers(String method, String path, String body, int code, String text) throws Exception {
        HttpResponse<String> response = send(method, path, body == null ? "" : body, "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
        assertThat(response.body()).contains(text);
    }

    @Test
    void callerWithoutCredentialsIsRefused() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/namespaces")).build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(Json.string(Json.parse(response.body()), "reason")).isEqualTo("Unauthorized");
    }

    @Test
    void forgedTokenIsRefused() throws Exception {
        String forged = token.substring(0, token.length() - 6) + "AAAAAA";
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/namespaces"))
                .header("Authorization", "Bearer " + forged)
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    void tokenOfADeletedAccountIsWorthNothing() throws Exception {
        fixture.kubectl.run("create", "serviceaccount", "leaving");
        String left = fixture.kubectl.run("create", "token", "leaving").strip();
        fixture.kubectl.run("delete", "serviceaccount", "leaving");
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/namespaces"))
                .header("Authorization", "Bearer " + left)
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }

    @Test
    void yamlBodiesAreRead() throws Exception {
        HttpResponse<String> response = send(
                "POST",
                "/api/v1/namespaces/default/configmaps",
                "metadata: {name: from-yaml}\ndata: {date: 2026-01-02, 'on': 'yes'}\n",
                "application/yaml");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.body()).contains("\"date\":\"2026-01-02\"");
    }

    @Test
    void unknownFieldsAreReportedAsAsked() throws Exception {
        String path = "/api/v1/namespaces/default/configmaps?dryRun=All&fieldValidation=";
        String body = "{\"metadata\":{\"name\":\"x\"},\"foo\":1,\"data\":{},\"data\":{}}";
        HttpResponse<String> strict = send("POST", path + "Strict", body, "application/json");
        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(strict.body())
                .contains("strict decoding error: unknown field \\\"foo\\\", duplicate field \\\"data\\\"");
        HttpResponse<String> warn = send("POST", path + "Warn", body, "application/json");
        assertThat(warn.statusCode()).isEqualTo(201);
        assertThat(warn.headers().allValues("Warning")).contains("299 - \"unknown field \\\"foo\\\"\"");
        assertThat(send("POST", path + "Ignore", body, "application/json")
                        .headers()
                        .allValues("Warning"))
                .isEmpty();
    }

    @Test
    void hugeBodyIsRefused() throws Exception {
        String body = "{\"data\":{\"a\":\"" + "x".repeat(4 << 20) + "\"}}";
        assertThat(send("POST", "/api/v1/namespaces/default/configmaps", body, "application/json")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void longListsComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            create("page-" + i, "{\"page\":\"y\"}");
        }
        String base = "/api/v1/namespaces/default/configmaps?labelSelector=page&limit=2";
        ObjectNode first = Json.parse(send("GET", base, "", "").body());
        create("page-9", "{\"page\":\"y\"}");
        StringBuilder names = new StringBuilder();
        ObjectNode page = first;
        while (true) {
            Json.objects(page, "items")
                    .forEach(item ->
                            names.append(Json.string(item, "metadata", "name")).append(' '));
            String next = Json.string(page, "metadata", "continue");
            if (next.isEmpty()) {
                break;
            }
            page = Json.parse(send("GET", base + "&continue=" + next, "", "").body());
        }
        assertThat(names.toString().strip()).as("one consistent list").isEqualTo("page-0 page-1 page-2 page-3 page-4");
    }

    @Test
    void watchTellsWhatHappensAndEndsInTime() throws Exception {
        String revision = Json.string(
                Json.parse(send("GET", "/api/v1/configmaps", "", "").body()), "metadata", "resourceVersion");
        HttpRequest request = HttpRequest.newBuilder(
                        uri("/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=3"
                                + "&labelSelector=seen%3Dyes&resourceVersion=" + revision))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
        Iterator<String> lines = response.body().iterator();
        create("seen", "{\"seen\":\"yes\"}");
        assertThat(lines.next()).startsWith("{\"type\":\"ADDED\"").contains("\"name\":\"seen\"");
        fixture.kubectl.run("label", "configmap", "seen", "seen=no", "--overwrite");
        assertThat(lines.next()).startsWith("{\"type\":\"DELETED\"");
        assertThat(lines.hasNext()).as("ends after timeoutSeconds").isFalse();
    }

    @Test
    void watchCanBeginWithAllThatThereIs() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/namespaces?watch=true&timeoutSeconds=1"
                        + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"))
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
        assertThat(response.body()
                        .filter(line -> line.contains("BOOKMARK") || line.contains("\"kube-system\""))
                        .limit(2))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("{\"type\":\"ADDED\""),
                        line -> assertThat(line).contains("k8s.io/initial-events-end"));
    }

    @Test
    void futureRevisionIsGone() throws Exception {
        HttpResponse<String> response =
                send("GET", "/api/v1/pods?watch=true&resourceVersion=99999999&timeoutSeconds=1", "", "");
        assertThat(response.body()).contains("\"type\":\"ERROR\"").contains("\"code\":410");
    }

    @Test
    void takenPortIsNamed(@TempDir Path directory) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            ApiServerConfig config = ApiServerConfig.local(directory).withPort(taken.getLocalPort());
            assertThatThrownBy(() -> ApiServer.start(config))
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void dataDirectoryThatIsAFileIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> ApiServer.start(ApiServerConfig.local(file)))
                .hasMessageContaining("cannot use the data directory " + file)
                .hasMessageContaining("choose another one");
    }

    private static void create(String name, String labels) throws Exception {
        String body = "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":" + labels + "}}";
        assertThat(send("POST", "/api/v1/namespaces/default/configmaps", body, "application/json")
                        .statusCode())
                .isEqualTo(201);
    }

    private static HttpResponse<String> send(String method, String path, String body, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + token);
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("https://127.0.0.1:" + fixture.server.port() + path);
    }

    static SSLContext trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
