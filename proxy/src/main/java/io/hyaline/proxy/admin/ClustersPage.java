package io.hyaline.proxy.admin;

import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.hyaline.proxy.upstream.Host;

/** Clusters and their hosts. */
final class ClustersPage {

    private final ProxyInstance instance;

    ClustersPage(ProxyInstance instance) {
        this.instance = instance;
    }

    Page answer(Query query) {
        if ("json".equals(query.value("format"))) {
            return json();
        }
        StringBuilder out = new StringBuilder();
        for (Cluster cluster : instance.clusters().all()) {
            String name = cluster.plan().name();
            ClusterPlan.Breakers limits = cluster.plan().breakers();
            line(out, name, "observability_name", cluster.plan().statName());
            line(out, name, "default_priority::max_connections", limits.maxConnections());
            line(out, name, "default_priority::max_pending_requests", limits.maxPendingRequests());
            line(out, name, "default_priority::max_requests", limits.maxRequests());
            line(out, name, "default_priority::max_retries", limits.maxRetries());
            line(out, name, "added_via_api", true);
            for (Host host : cluster.hosts()) {
                String prefix = name + "::" + host.text();
                line(out, prefix, "cx_active", host.connections());
                line(out, prefix, "rq_active", host.active());
                line(out, prefix, "hostname", host.hostname());
                line(out, prefix, "health_flags", flags(host));
                line(out, prefix, "weight", host.weight());
            }
        }
        return Page.text(out.toString());
    }

    private static String flags(Host host) {
        String flags =
                (host.ejected() ? "/failed_outlier_check" : "") + (host.announcedHealthy() ? "" : "/failed_eds_health");
        return flags.isEmpty() ? "healthy" : flags;
    }

    private static void line(StringBuilder out, String prefix, String key, Object value) {
        out.append(prefix).append("::").append(key).append("::").append(value).append('\n');
    }

    private Page json() {
        StringBuilder out = new StringBuilder("{\"cluster_statuses\":[");
        String comma = "";
        for (Cluster cluster : instance.clusters().all()) {
            out.append(comma)
                    .append("{\"name\":")
                    .append(Json.quoted(cluster.plan().name()))
                    .append(",\"added_via_api\":true,\"observability_name\":")
                    .append(Json.quoted(cluster.plan().statName()))
                    .append(",\"host_statuses\":[");
            String separator = "";
            for (Host host : cluster.hosts()) {
                out.append(separator)
                        .append("{\"address\":")
                        .append(Addresses.json(host.address()))
                        .append(",\"health_status\":{\"eds_health_status\":\"")
                        .append(host.announcedHealthy() ? "HEALTHY" : "UNHEALTHY")
                        .append(host.ejected() ? "\",\"failed_outlier_check\":true" : "\"")
                        .append("},\"weight\":")
                        .append(host.weight())
                        .append(",\"hostname\":")
                        .append(Json.quoted(host.hostname()))
                        .append('}');
                separator = ",";
            }
            out.append("]}");
            comma = ",";
        }
        return Page.json(out.append("]}").toString());
    }
}
