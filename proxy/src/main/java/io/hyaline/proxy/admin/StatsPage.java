package io.hyaline.proxy.admin;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.hyaline.proxy.instance.ProxyInstance;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counters and gauges. */
final class StatsPage {

    private static final Pattern CLUSTER = Pattern.compile("cluster\\.(.+)\\.(upstream_[a-z0-9_]+|membership_[a-z]+)");
    private static final Pattern LISTENER = Pattern.compile("listener\\.(.+)\\.([a-z0-9_]+)");
    private static final Pattern FILTER = Pattern.compile("(http|tcp)\\.(.+)\\.([a-z0-9_]+)");

    private final ProxyInstance instance;

    StatsPage(ProxyInstance instance) {
        this.instance = instance;
    }

    private Map<String, Long> read() {
        Map<String, Long> values = new TreeMap<>();
        instance.stats((name, value) -> values.merge(name, value, Long::sum));
        instance.clusters().all().forEach(cluster -> {
            String prefix = "cluster." + cluster.plan().statName() + ".membership_";
            values.put(prefix + "total", (long) cluster.hosts().size());
            values.put(
                    prefix + "healthy",
                    cluster.hosts().stream().filter(host -> host.healthy()).count());
        });
        return values;
    }

    Page answer(Query query) {
        String format = query.value("format");
        if ("prometheus".equals(format)) {
            return prometheus(query);
        }
        Pattern filter;
        try {
            String text = query.value("filter");
            filter = text == null ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            return Page.refused(400, "Invalid re2 regex");
        }
        StringBuilder text = new StringBuilder();
        StringBuilder json = new StringBuilder("{\"stats\":[");
        read().forEach((name, value) -> {
            if (shown(query, filter, name, value)) {
                text.append(name).append(": ").append(value).append('\n');
                json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                        .append("{\"name\":")
                        .append(Json.quoted(name))
                        .append(",\"value\":")
                        .append(value)
                        .append('}');
            }
        });
        return "json".equals(format) ? Page.json(json.append("]}").toString()) : Page.text(text.toString());
    }

    private static boolean shown(Query query, @Nullable Pattern filter, String name, long value) {
        return (!query.has("usedonly") || value != 0)
                && (filter == null || filter.matcher(name).find());
    }

    Page prometheus(Query query) {
        return new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics(query.has("usedonly")));
    }

    /** All counters and gauges in Prometheus' format. */
    String metrics(boolean usedOnly) {
        Map<String, StringBuilder> families = new TreeMap<>();
        read().forEach((name, value) -> {
            if (!usedOnly || value != 0) {
                sample(families, name, value);
            }
        });
        StringBuilder out = new StringBuilder();
        families.forEach((family, samples) -> out.append("# TYPE ")
                .append(family)
                .append(gauge(family) ? " gauge\n" : " counter\n")
                .append(samples));
        return out.toString();
    }

    private static boolean gauge(String family) {
        return family.endsWith("_active") || family.contains("_membership_");
    }

    private static void sample(Map<String, StringBuilder> families, String name, long value) {
        String family;
        String label;
        var cluster = CLUSTER.matcher(name);
        var listener = LISTENER.matcher(name);
        var filter = FILTER.matcher(name);
        if (cluster.matches()) {
            family = "envoy_cluster_" + cluster.group(2);
            label = "envoy_cluster_name=" + Json.quoted(cluster.group(1));
        } else if (listener.matches()) {
            family = "envoy_listener_" + listener.group(2);
            label = "envoy_listener_address=" + Json.quoted(listener.group(1));
        } else if (filter.matches()) {
            family = "envoy_" + filter.group(1) + "_" + filter.group(3);
            label = "envoy_" + filter.group(1) + (filter.group(1).equals("http") ? "_conn_manager" : "") + "_prefix="
                    + Json.quoted(filter.group(2));
        } else {
            family = "envoy_" + name.replaceAll("[^a-zA-Z0-9_]", "_");
            label = "";
        }
        families.computeIfAbsent(family, key -> new StringBuilder())
                .append(family)
                .append('{')
                .append(label)
                .append("} ")
                .append(value)
                .append('\n');
    }
}
