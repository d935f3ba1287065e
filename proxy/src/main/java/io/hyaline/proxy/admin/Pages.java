package io.hyaline.proxy.admin;

import io.envoyproxy.envoy.admin.v3.ServerInfo;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.hyaline.proxy.listen.ListenerService;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;

/** Which page answers which path. */
final class Pages {

    private static final String INDEX = """
            admin commands are:
              /certs: certificates in use
              /clusters: upstream clusters and their hosts
              /config_dump: the whole configuration (?resource=, ?include_eds)
              /listeners: listening addresses (?format=json)
              /logging: level of the proxy's own log
              /quitquitquit (POST): end the proxy
              /ready: LIVE when configuration has been received
              /server_info: version, state, node
              /stats: counters (?filter=, ?usedonly, ?format=json|prometheus)
              /stats/prometheus: counters for Prometheus (?usedonly)
            """;

    private final AdminState state;
    private final ConfigDumpPage configDump;
    private final ClustersPage clusters;
    private final StatsPage stats;
    private final CertsPage certs;

    Pages(AdminState state) {
        this.state = state;
        this.configDump = new ConfigDumpPage(state);
        this.clusters = new ClustersPage(state.instance());
        this.stats = new StatsPage(state.instance());
        this.certs = new CertsPage(state.instance());
    }

    Page answer(Query query) {
        return switch (query.path()) {
            case "/", "/help" -> Page.text(INDEX);
            case "/ready" -> ready();
            case "/server_info" -> serverInfo();
            case "/config_dump" -> configDump.answer(query);
            case "/clusters" -> clusters.answer(query);
            case "/listeners" -> listeners(query);
            case "/stats" -> stats.answer(query);
            case "/stats/prometheus" -> stats.prometheus(query);
            case "/certs" -> certs.answer();
            case "/logging" -> LoggingPage.answer(query);
            case "/quitquitquit" -> quit(query);
            default -> Page.refused(404, "invalid path. " + INDEX);
        };
    }

    private Page ready() {
        String reason = state.notReady().get();
        return reason.isEmpty() ? Page.text("LIVE\n") : Page.refused(503, "PRE_INITIALIZING\n");
    }

    private Page serverInfo() {
        boolean live = state.notReady().get().isEmpty();
        Node node = state.bootstrap().getNode();
        Duration up = Duration.between(state.started(), Instant.now());
        var seconds = com.google.protobuf.Duration.newBuilder().setSeconds(up.toSeconds());
        return Json.page(ServerInfo.newBuilder()
                .setVersion("hyaline/0.1.0")
                .setState(live ? ServerInfo.State.LIVE : ServerInfo.State.PRE_INITIALIZING)
                .setUptimeCurrentEpoch(seconds)
                .setUptimeAllEpochs(seconds)
                .setNode(node)
                .build());
    }

    private Page listeners(Query query) {
        StringBuilder text = new StringBuilder();
        StringBuilder json = new StringBuilder("{\"listener_statuses\":[");
        String comma = "";
        for (ListenerService listener : state.instance().listeners().all()) {
            String name = listener.plan().name();
            for (SocketAddress address : state.instance().addresses(name)) {
                String shown = Addresses.text(address);
                text.append(name).append("::").append(shown).append('\n');
                json.append(comma)
                        .append("{\"name\":")
                        .append(Json.quoted(name))
                        .append(",\"local_address\":")
                        .append(Addresses.json(address))
                        .append('}');
                comma = ",";
            }
        }
        return "json".equals(query.value("format"))
                ? Page.json(json.append("]}").toString())
                : Page.text(text.toString());
    }

    private Page quit(Query query) {
        if (!query.method().equals("POST")) {
            return Page.refused(405, "Method GET not allowed, POST required.");
        }
        state.quit().run();
        return Page.text("OK\n");
    }
}
