package io.hyaline.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.hyaline.proxy.socket.LocalSockets;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real servers and a real application on loopback. */
class AgentTest {

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final String PROBE = "/app-health/app/readyz";

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private volatile String notReady = "no clusters yet";
    private volatile boolean quit;
    private HttpServer app;
    private @Nullable AppMetrics metrics;
    private Agent agent;

    private final SidecarStatus status = new SidecarStatus() {
        @Override
        public CompletionStage<String> notReady() {
            return CompletableFuture.completedFuture(notReady);
        }

        @Override
        public CompletionStage<String> metrics() {
            return CompletableFuture.completedFuture("a 1\n");
        }

        @Override
        public void quit() {
            quit = true;
        }
    };

    @BeforeEach
    void startApp() throws IOException {
        app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.createContext("/", exchange -> {
            seen.add(exchange.getRemoteAddress().getAddress().getHostAddress() + " "
                    + exchange.getRequestHeaders().getFirst("Host") + " "
                    + exchange.getRequestHeaders().getFirst("X-Probe") + " "
                    + exchange.getRequestHeaders().getFirst("User-Agent"));
            byte[] body = "b".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/bad") ? 418 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        app.start();
    }

    @AfterEach
    void tearDown() {
        if (agent != null) {
            agent.close();
        }
        app.stop(0);
        client.close();
        loops.shutdownGracefully();
    }

    @Test
    void readinessFollowsTheSidecarOnBothPorts() throws Exception {
        listen(Map.of());
        assertThat(get(AgentPort.HEALTH, "/healthz/ready").statusCode()).isEqualTo(503);
        assertThat(get(AgentPort.STATUS, "/healthz/ready").body()).isEqualTo("no clusters yet");
        notReady = "";
        assertThat(get(AgentPort.HEALTH, "/healthz/ready").statusCode()).isEqualTo(200);
        assertThat(get(AgentPort.METRICS, "/stats/prometheus").body()).isEqualTo("a 1\n");
        assertThat(get(AgentPort.STATUS, "/stats/prometheus").body()).isEqualTo("a 1\n");
    }

    @Test
    void theApplicationsMetricsFollowTheSidecars() throws Exception {
        int port = app.getAddress().getPort();
        metrics = new AppMetrics(port, "/good");
        listen(Map.of());
        assertThat(get(AgentPort.STATUS, "/stats/prometheus").body())
                .startsWith("a 1\nbbb")
                .hasSize(4 + 20_000);
        assertThat(get(AgentPort.METRICS, "/stats/prometheus").body()).isEqualTo("a 1\n");
        agent.close();

        metrics = new AppMetrics(port, "/bad");
        listen(Map.of());
        HttpResponse<String> alone = get(AgentPort.STATUS, "/stats/prometheus");
        assertThat(alone.statusCode()).isEqualTo(200);
        assertThat(alone.body()).isEqualTo("a 1\n");
    }

    @Test
    void anHttpProbeComesFromIstiosAddressWithTheKubeletsHeaders() throws Exception {
        int port = app.getAddress().getPort();
        listen(Map.of(
                PROBE,
                new AppProbe.Http(port, SHORT, false, "/good", List.of(new AppProbe.Header("X-Probe", "own"))),
                "/app-health/app/livez",
                new AppProbe.Http(port, SHORT, false, "/bad", List.of(new AppProbe.Header("Host", "named.example")))));
        HttpResponse<String> good = get(AgentPort.STATUS, PROBE);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).as("at most 10 KB come back").hasSize(10 * 1024);
        String host = "127.0.0.1:" + agent.address(AgentPort.STATUS).getPort();
        assertThat(seen.take()).isEqualTo("127.0.0.6 " + host + " own kube-probe/1.30");
        assertThat(get(AgentPort.STATUS, "/app-health/app/livez").statusCode()).isEqualTo(418);
        assertThat(seen.take()).isEqualTo("127.0.0.6 named.example null kube-probe/1.30");
    }

    @Test
    void aTcpProbeAsksOnlyWhetherThePortIsOpen() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        listen(Map.of(
                PROBE,
                new AppProbe.Tcp(app.getAddress().getPort(), SHORT),
                "/app-health/app/livez",
                new AppProbe.Tcp(closed, SHORT)));
        assertThat(get(AgentPort.STATUS, PROBE).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = get(AgentPort.STATUS, "/app-health/app/livez");
        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(refused.body()).contains("onnection refused");
    }

    @Test
    void aSilentApplicationFailsAfterTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            listen(Map.of(
                    PROBE, new AppProbe.Http(silent.getLocalPort(), Duration.ofMillis(200), false, "/", List.of())));
            HttpResponse<String> answer = get(AgentPort.STATUS, PROBE);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("no answer in 200 ms");
        }
    }

    @Test
    void aGrpcProbeAsksTheHealthService() throws Exception {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(health())
                .build()
                .start();
        try {
            listen(Map.of(
                    PROBE,
                    new AppProbe.Grpc(server.getPort(), SHORT, "up"),
                    "/app-health/app/livez",
                    new AppProbe.Grpc(server.getPort(), SHORT, "down"),
                    "/app-health/app/startupz",
                    new AppProbe.Grpc(server.getPort(), SHORT, "")));
            assertThat(get(AgentPort.STATUS, PROBE).statusCode()).isEqualTo(200);
            assertThat(get(AgentPort.STATUS, "/app-health/app/startupz").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> down = get(AgentPort.STATUS, "/app-health/app/livez");
            assertThat(down.statusCode()).isEqualTo(500);
            assertThat(down.body()).contains("not SERVING");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void endsOnlyByPostFromInside() throws Exception {
        listen(Map.of());
        assertThat(get(AgentPort.STATUS, "/quitquitquit").statusCode()).isEqualTo(405);
        assertThat(quit).isFalse();
        HttpRequest post = HttpRequest.newBuilder(uri(AgentPort.STATUS, "/quitquitquit"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        await().until(() -> quit);
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
        listen(Map.of());
        int taken = agent.address(AgentPort.HEALTH).getPort();
        Map<AgentPort, Integer> ports = new EnumMap<>(AgentPort.class);
        ports.put(AgentPort.STATUS, 0);
        ports.put(AgentPort.HEALTH, taken);
        Agent.Config config = new Agent.Config(ports, InetAddress.getLoopbackAddress(), Map.of(), null);
        assertThatThrownBy(() -> Agent.listen(config, new LocalSockets(loops), status))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("port " + taken + " (HEALTH)");
    }

    private void listen(Map<String, AppProbe> probes) throws IOException {
        Map<AgentPort, Integer> ports = new EnumMap<>(AgentPort.class);
        for (AgentPort port : AgentPort.values()) {
            ports.put(port, 0);
        }
        agent = Agent.listen(
                new Agent.Config(ports, InetAddress.getLoopbackAddress(), probes, metrics),
                new LocalSockets(loops),
                status);
    }

    private URI uri(AgentPort port, String path) {
        return URI.create("http://127.0.0.1:" + agent.address(port).getPort() + path);
    }

    private HttpResponse<String> get(AgentPort port, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(port, path))
                .header("User-Agent", "kube-probe/1.30")
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Serves every name but "down". */
    private static ServerServiceDefinition health() {
        MethodDescriptor<byte[], byte[]> check = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("grpc.health.v1.Health/Check")
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(check, ServerCalls.asyncUnaryCall((request, observer) -> {
                    boolean down = new String(request, StandardCharsets.UTF_8).endsWith("down");
                    observer.onNext(new byte[] {0x08, (byte) (down ? 2 : 1)});
                    observer.onCompleted();
                }))
                .build();
    }

    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
