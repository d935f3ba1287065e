package io.hyaline.proxy.agent;

import java.util.Map;

/** What a request to the agent asks for. */
sealed interface Decision {

    record Readiness() implements Decision {}

    /** The sidecar's. */
    record Metrics() implements Decision {}

    /** The sidecar's and the application's. */
    record AllMetrics() implements Decision {}

    record Probe(AppProbe probe) implements Decision {}

    record Quit() implements Decision {}

    record Refuse(int status, String reason) implements Decision {}

    /** @param local whether the caller's address is a loopback one */
    static Decision of(AgentPort port, String method, String uri, boolean local, Map<String, AppProbe> probes) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        boolean ready = path.equals("/healthz/ready");
        boolean metrics = path.equals("/stats/prometheus");
        return switch (port) {
            case HEALTH -> ready ? new Readiness() : notFound(path);
            case METRICS -> metrics ? new Metrics() : notFound(path);
            case STATUS -> {
                if (ready) {
                    yield new Readiness();
                }
                if (metrics || path.equals("/metrics")) {
                    yield new AllMetrics();
                }
                yield path.equals("/quitquitquit") ? quit(method, local) : probe(path, probes);
            }
        };
    }

    private static Decision quit(String method, boolean local) {
        if (!local) {
            return new Refuse(403, "only from inside the pod");
        }
        return method.equals("POST") ? new Quit() : new Refuse(405, "POST it");
    }

    private static Decision probe(String path, Map<String, AppProbe> probes) {
        AppProbe probe = probes.get(path);
        if (probe != null) {
            return new Probe(probe);
        }
        return path.startsWith("/app-health/") || path.startsWith("/app-lifecycle/")
                ? new Refuse(404, "no probe was moved to " + path)
                : notFound(path);
    }

    private static Decision notFound(String path) {
        return new Refuse(404, "nothing here: " + path);
    }
}
