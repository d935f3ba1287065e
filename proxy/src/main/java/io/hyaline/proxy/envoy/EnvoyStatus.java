package io.hyaline.proxy.envoy;

import io.hyaline.proxy.agent.Fetch;
import io.hyaline.proxy.agent.SidecarStatus;
import io.hyaline.proxy.socket.Sockets;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * An Envoy, seen through its admin port.
 *
 * @param admin where it is, inside the pod
 * @param certificateFailure why there is no certificate; empty when there is one
 */
public record EnvoyStatus(Sockets sockets, InetSocketAddress admin, Supplier<String> certificateFailure)
        implements SidecarStatus {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(10);
    private static final String CDS = "cluster_manager.cds.update_success";
    private static final String LDS = "listener_manager.lds.update_success";
    private static final String WORKERS = "listener_manager.workers_started";
    private static final String STATE = "server.state";
    private static final String READINESS = "/stats?filter="
            + URLEncoder.encode(
                    "^(" + String.join("|", CDS, LDS, WORKERS, STATE).replace(".", "\\.") + ")$",
                    StandardCharsets.UTF_8);

    @Override
    public CompletionStage<String> notReady() {
        return fetch(HttpMethod.GET, READINESS, PATIENCE)
                .thenApply(answer -> judge(answer.body()))
                .exceptionally(failure -> "Envoy does not answer: " + failure.getMessage() + "\n")
                .thenApply(
                        reason -> reason.isEmpty() || certificateFailure.get().isEmpty()
                                ? reason
                                : reason + "no certificate: " + certificateFailure.get() + "\n");
    }

    /** Ready as Istio's agent judges it: both kinds of configuration have come, and Envoy serves. */
    static String judge(String stats) {
        Map<String, Long> values = new HashMap<>();
        for (String line : stats.split("\n", -1)) {
            String[] parts = line.split(": ", 2);
            if (parts.length == 2 && parts[1].matches("[0-9]{1,18}")) {
                values.put(parts[0], Long.parseLong(parts[1]));
            }
        }
        long clusters = values.getOrDefault(CDS, 0L);
        long listeners = values.getOrDefault(LDS, 0L);
        if (clusters == 0 || listeners == 0) {
            return "config not received from the control plane: cds=%d lds=%d%n".formatted(clusters, listeners);
        }
        boolean live = values.getOrDefault(STATE, -1L) == 0;
        boolean working = values.getOrDefault(WORKERS, 0L) == 1;
        return live && working ? "" : "Envoy is not serving yet: live=%s workers started=%s%n".formatted(live, working);
    }

    @Override
    public CompletionStage<String> metrics() {
        return fetch(HttpMethod.GET, "/stats/prometheus", LONG_PATIENCE).thenApply(Fetch.Answer::body);
    }

    @Override
    public void quit() {
        // Whether it ended is seen from its process.
        var _ = fetch(HttpMethod.POST, "/quitquitquit", PATIENCE);
    }

    private CompletionStage<Fetch.Answer> fetch(HttpMethod method, String path, Duration timeout) {
        return Fetch.send(sockets, new Fetch.Request(method, admin, path, "text/plain", timeout));
    }
}
