package io.hyaline.pilot.debug;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.serve.Configs;
import io.hyaline.pilot.serve.Connection;
import io.hyaline.pilot.serve.Connections;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Port 15014, as in Istio's charts: readiness, what is known, what was sent to whom. */
public final class DebugServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DebugServer.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String JSON_TYPE = "application/json";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pilot-debug").factory());
    private final Connections connections;
    private final String version;

    private record Answer(int status, String type, String body) {}

    public DebugServer(InetSocketAddress address, Connections connections, String version) throws IOException {
        this.connections = connections;
        this.version = version;
        this.server = HttpServer.create(address, 64);
        server.setExecutor(threads);
        route("/ready", _ -> ready());
        route("/version", _ -> json(Map.of("version", version, "component", "pilot")));
        route("/metrics", _ -> metrics());
        route("/debug/syncz", _ -> json(Views.syncz(connections.all())));
        route("/debug/adsz", _ -> json(Views.adsz(connections.all())));
        route("/debug/endpointz", _ -> ofSnapshot(Views::endpointz));
        route("/debug/configz", _ -> ofSnapshot(Views::configz));
        route("/debug/config_dump", this::configDump);
        route(
                "/",
                _ -> new Answer(
                        404,
                        TEXT_TYPE,
                        "known: /ready /version /metrics /debug/syncz /debug/adsz"
                                + " /debug/endpointz /debug/configz /debug/config_dump?proxyID=pod.namespace\n"));
    }

    public int start() {
        server.start();
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private Answer ready() {
        return connections.current() == null
                ? new Answer(503, TEXT_TYPE, "the objects of the cluster have not been read yet\n")
                : new Answer(200, TEXT_TYPE, "ready\n");
    }

    private Answer metrics() {
        MeshSnapshot mesh = connections.current();
        List<Connection> all = connections.all();
        long refused = Views.syncz(all).stream()
                .filter(row -> row.containsValue("REFUSED"))
                .count();
        return new Answer(200, "text/plain; version=0.0.4", """
                # TYPE pilot_xds gauge
                pilot_xds %d
                # TYPE pilot_proxies_refusing gauge
                pilot_proxies_refusing %d
                # TYPE pilot_services gauge
                pilot_services %d
                # TYPE pilot_snapshot counter
                pilot_snapshot %d
                # TYPE pilot_config_problems gauge
                pilot_config_problems %d
                # TYPE pilot_info gauge
                pilot_info{version="%s"} 1
                """.formatted(
                        all.size(),
                        refused,
                        mesh == null ? 0 : mesh.services().size(),
                        mesh == null ? 0 : mesh.version(),
                        mesh == null ? 0 : mesh.problems().size(),
                        version));
    }

    /** For a connected proxy; the id may be whole or just {@code pod.namespace}. */
    private Answer configDump(String query) {
        MeshSnapshot mesh = connections.current();
        String wanted = query.startsWith("proxyID=") ? query.substring("proxyID=".length()) : "";
        if (wanted.isEmpty()) {
            return new Answer(400, TEXT_TYPE, "say which proxy: ?proxyID=pod.namespace\n");
        }
        ProxyNode node = connections.all().stream()
                .map(Connection::node)
                .filter(Objects::nonNull)
                .filter(n ->
                        n.id().equals(wanted) || (n.pod().name() + "." + n.pod().namespace()).equals(wanted))
                .findFirst()
                .orElse(null);
        if (mesh == null || node == null) {
            return new Answer(404, TEXT_TYPE, "no proxy " + wanted + " is connected; /debug/syncz lists them\n");
        }
        return new Answer(200, JSON_TYPE, ConfigDumps.json(Configs.of(mesh, node, false)));
    }

    private Answer ofSnapshot(Function<MeshSnapshot, Object> view) {
        MeshSnapshot mesh = connections.current();
        return mesh == null ? ready() : json(view.apply(mesh));
    }

    private static Answer json(Object value) {
        return new Answer(200, JSON_TYPE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    }

    private void route(String path, Function<String, Answer> handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                boolean exact =
                        path.equals("/") || exchange.getRequestURI().getPath().equals(path);
                Answer answer = exact ? handler.apply(query(exchange)) : new Answer(404, TEXT_TYPE, "not found\n");
                send(exchange, answer);
            } catch (RuntimeException e) {
                LOG.error("{} failed", exchange.getRequestURI(), e);
            }
        });
    }

    private static String query(HttpExchange exchange) {
        @Nullable String raw = exchange.getRequestURI().getRawQuery();
        return raw == null ? "" : URLDecoder.decode(raw, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
