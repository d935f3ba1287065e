package io.hyaline.proxy.node;

import io.hyaline.proxy.stats.Counters;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counters in Prometheus' text format, with Envoy's names: what stands between the first and the last dot is a label. */
final class MetricsText implements Counters.Sink {

    private static final Map<String, String> LABELS = Map.of(
            "cluster", "envoy_cluster_name",
            "http", "envoy_http_conn_manager_prefix",
            "listener", "envoy_listener_address",
            "tcp", "envoy_tcp_prefix");

    private final Map<String, StringBuilder> families = new TreeMap<>();

    @Override
    public void value(String name, long value) {
        int first = name.indexOf('.');
        int last = name.lastIndexOf('.');
        String label = first < 0 || first == last ? null : LABELS.get(name.substring(0, first));
        if (label == null) {
            add("envoy_" + clean(name), "", value);
        } else {
            add(
                    "envoy_" + clean(name.substring(0, first) + "_" + name.substring(last + 1)),
                    "{" + label + "=\"" + escaped(name.substring(first + 1, last)) + "\"}",
                    value);
        }
    }

    private void add(String family, String labels, long value) {
        families.computeIfAbsent(family, _ -> new StringBuilder("# TYPE " + family + " untyped\n"))
                .append(family)
                .append(labels)
                .append(' ')
                .append(value)
                .append('\n');
    }

    private static String clean(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        families.values().forEach(text::append);
        return text.toString();
    }
}
