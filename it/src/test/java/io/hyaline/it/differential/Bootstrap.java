package io.hyaline.it.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bootstrap file of the tests, filled in for one proxy process: {@code ${upstream}}, {@code ${upstream:NAME}} and
 * {@code ${closed}} are ports, {@code ${certs}} is a directory. Added are what every bootstrap needs: addresses of the
 * listeners, admin, the access log, a router filter, a virtual host for probes, and a listener for fences.
 */
final class Bootstrap {

    static final String FENCE = "fence";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)(?::(\\w+))?\\}");
    private static final String HCM = "HttpConnectionManager";
    private static final String TYPES = "type.googleapis.com/envoy.extensions.";

    private final Map<String, Object> tree;
    private final Set<String> upstreams = new TreeSet<>();

    private Bootstrap(Map<String, Object> tree) {
        this.tree = tree;
        findUpstreams(tree);
    }

    static Bootstrap read(Path file) throws IOException {
        Map<String, Object> tree = new Yaml().load(Files.readString(file));
        tree.remove("anchors");
        Bootstrap bootstrap = new Bootstrap(tree);
        bootstrap.listeners().add(bootstrap.fenceListener());
        return bootstrap;
    }

    Set<String> upstreams() {
        return upstreams;
    }

    List<String> listenerNames() {
        return listeners().stream().map(l -> String.valueOf(l.get("name"))).toList();
    }

    boolean speaksHttp(String listener) {
        return listeners().stream()
                .filter(l -> listener.equals(l.get("name")))
                .anyMatch(l -> String.valueOf(l).contains(HCM));
    }

    /** The text for a proxy. {@code values} gives what stands for a placeholder, and the ports of listeners and admin. */
    String text(Map<String, Object> values, Path log) {
        tree.put("admin", Map.of("address", address(values.get("admin"))));
        for (Map<String, Object> listener : listeners()) {
            listener.putIfAbsent("address", address(values.get("listener:" + listener.get("name"))));
        }
        Object filled = fill(tree, values, log);
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(filled) + "\n";
    }

    @SuppressWarnings("unchecked") // the shape of a bootstrap file
    private List<Map<String, Object>> listeners() {
        Map<String, Object> resources = (Map<String, Object>) tree.get("static_resources");
        return (List<Map<String, Object>>) resources.get("listeners");
    }

    private static Map<String, Object> address(Object port) {
        return Map.of("socket_address", Map.of("address", "127.0.0.1", "port_value", port));
    }

    private Map<String, Object> fenceListener() {
        Map<String, Object> hcm = new LinkedHashMap<>();
        hcm.put("@type", TYPES + "filters.network.http_connection_manager.v3.HttpConnectionManager");
        hcm.put("route_config", Map.of("virtual_hosts", List.of()));
        Map<String, Object> filter = Map.of("name", "http", "typed_config", hcm);
        Map<String, Object> listener = new LinkedHashMap<>();
        listener.put("name", FENCE);
        listener.put("filter_chains", List.of(Map.of("filters", List.of(filter))));
        return listener;
    }

    private void findUpstreams(Object node) {
        switch (node) {
            case Map<?, ?> map -> map.values().forEach(this::findUpstreams);
            case List<?> list -> list.forEach(this::findUpstreams);
            case String text -> {
                Matcher m = PLACEHOLDER.matcher(text);
                while (m.find()) {
                    if (m.group(1).equals("upstream")) {
                        upstreams.add(m.group(2) == null ? "upstream" : m.group(2));
                    }
                }
            }
            case null, default -> {}
        }
    }

    /** A deep copy (anchors make parts of the tree shared) with placeholders replaced and defaults added. */
    private Object fill(Object node, Map<String, Object> values, Path log) {
        return switch (node) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(String.valueOf(k), fill(v, values, log)));
                complete(copy, log);
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(v -> copy.add(fill(v, values, log)));
                yield copy;
            }
            case String text -> replace(text, values);
            case null, default -> node;
        };
    }

    private static Object replace(String text, Map<String, Object> values) {
        Matcher m = PLACEHOLDER.matcher(text);
        if (m.matches()) {
            return values.get(key(m));
        }
        return m.replaceAll(found -> Matcher.quoteReplacement(String.valueOf(values.get(key(m)))));
    }

    private static String key(Matcher m) {
        return m.group(1).equals("upstream")
                ? "upstream:" + (m.group(2) == null ? "upstream" : m.group(2))
                : m.group(1);
    }

    private static void complete(Map<String, Object> node, Path log) {
        String type = String.valueOf(node.get("@type"));
        if (type.endsWith(HCM)) {
            node.putIfAbsent("stat_prefix", "http");
            node.putIfAbsent("access_log", accessLog(log));
            // The default second before the FIN after an error would make a third of the cases slow.
            node.putIfAbsent("delayed_close_timeout", "0.1s");
            node.putIfAbsent(
                    "http_filters",
                    List.of(Map.of(
                            "name",
                            "envoy.filters.http.router",
                            "typed_config",
                            Map.of("@type", TYPES + "filters.http.router.v3.Router"))));
            if (node.get("route_config") instanceof Map<?, ?> routes) {
                node.put("route_config", withProbe(routes));
            }
        } else if (type.endsWith("TcpProxy")) {
            node.putIfAbsent("stat_prefix", "tcp");
            node.putIfAbsent("access_log", accessLog(log));
        }
    }

    private static Map<String, Object> withProbe(Map<?, ?> routes) {
        Map<String, Object> copy = new LinkedHashMap<>();
        routes.forEach((k, v) -> copy.put(String.valueOf(k), v));
        List<Object> hosts = new ArrayList<>((List<?>) routes.get("virtual_hosts"));
        Map<String, Object> answer = Map.of("status", 200, "body", Map.of("inline_string", "probe"));
        Map<String, Object> header = Map.of("header", Map.of("key", "x-probe", "value", "yes"));
        Map<String, Object> route = Map.of(
                "match", Map.of("prefix", "/"), "direct_response", answer, "response_headers_to_add", List.of(header));
        hosts.add(Map.of("name", "probe", "domains", List.of("probe.hyaline"), "routes", List.of(route)));
        copy.put("virtual_hosts", hosts);
        return copy;
    }

    private static List<Object> accessLog(Path log) {
        Map<String, Object> format = Map.of("json_format", LogLines.FORMAT);
        Map<String, Object> file = Map.of(
                "@type", TYPES + "access_loggers.file.v3.FileAccessLog", "path", log.toString(), "log_format", format);
        return List.of(Map.of("name", "envoy.access_loggers.file", "typed_config", file));
    }
}
