package io.hyaline.cli.demo;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server sidecar's access log, as `kubectl logs` prints it. */
final class AccessLog {

    /** The keys of the seed document's log line; an object's keys have no order. */
    static final List<String> SEED_KEYS = List.of(
            "authority",
            "bytes_received",
            "bytes_sent",
            "downstream_local_address",
            "downstream_remote_address",
            "duration",
            "istio_policy_status",
            "method",
            "path",
            "protocol",
            "request_id",
            "requested_server_name",
            "response_code",
            "response_flags",
            "route_name",
            "start_time",
            "trace_id",
            "upstream_cluster",
            "upstream_host",
            "upstream_local_address",
            "upstream_service_time",
            "upstream_transport_failure_reason",
            "user_agent",
            "x_forwarded_for");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AccessLog() {}

    /** The last line of {@code log} whose path is {@code path} and whose user agent is {@code userAgent}. */
    static Optional<JsonNode> find(String log, String path, String userAgent) {
        return log.lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> JSON.readTree(l))
                .filter(n -> n.path("path").asString("").equals(path)
                        && n.path("user_agent").asString("").equals(userAgent))
                .reduce((_, last) -> last);
    }

    /** Its keys, in order. */
    static String keys(JsonNode line) {
        return new TreeSet<>(line.propertyNames()).toString();
    }

    static String text(JsonNode line, String key) {
        JsonNode value = line.path(key);
        return value.isNull() ? "null" : value.asString("(missing)");
    }

    /** The address part of {@code ip:port}. */
    static String host(JsonNode line, String key) {
        return host(line.path(key).asString(""));
    }

    /** The address part of {@code ip:port}, whose IPv6 is in brackets. */
    static String host(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port part of {@code ip:port}. */
    static String port(JsonNode line, String key) {
        String address = line.path(key).asString("");
        return address.substring(address.lastIndexOf(':') + 1);
    }
}
