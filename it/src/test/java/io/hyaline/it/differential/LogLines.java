package io.hyaline.it.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The access log of one proxy: JSON lines, read as they come; lines of the harness's own requests are left out. */
final class LogLines {

    /** All operators that Istio's JSON log has, and those that tell why something ended. */
    static final Map<String, String> FORMAT = new TreeMap<>(Map.ofEntries(
            Map.entry("start_time", "%START_TIME%"),
            Map.entry("route_name", "%ROUTE_NAME%"),
            Map.entry("method", "%REQ(:METHOD)%"),
            Map.entry("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
            Map.entry("protocol", "%PROTOCOL%"),
            Map.entry("response_code", "%RESPONSE_CODE%"),
            Map.entry("response_flags", "%RESPONSE_FLAGS%"),
            Map.entry("response_code_details", "%RESPONSE_CODE_DETAILS%"),
            Map.entry("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
            Map.entry("bytes_received", "%BYTES_RECEIVED%"),
            Map.entry("bytes_sent", "%BYTES_SENT%"),
            Map.entry("duration", "%DURATION%"),
            Map.entry("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
            Map.entry("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
            Map.entry("user_agent", "%REQ(USER-AGENT)%"),
            Map.entry("request_id", "%REQ(X-REQUEST-ID)%"),
            Map.entry("authority", "%REQ(:AUTHORITY)%"),
            Map.entry("upstream_host", "%UPSTREAM_HOST%"),
            Map.entry("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
            Map.entry("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
            Map.entry("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
            Map.entry("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
            Map.entry("downstream_direct_remote_address", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%"),
            Map.entry("requested_server_name", "%REQUESTED_SERVER_NAME%"),
            Map.entry("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"),
            Map.entry("grpc_status", "%GRPC_STATUS%"),
            Map.entry("grpc_status_snake", "%GRPC_STATUS(SNAKE_STRING)%"),
            Map.entry("grpc_status_number", "%GRPC_STATUS_NUMBER%"),
            Map.entry("trailer", "%TRAILER(X-V)%"),
            Map.entry("mixed", "%PROTOCOL% %REQ(X-ABSENT)% %RESPONSE_FLAGS%")));

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private int taken;

    LogLines(Path file) {
        this.file = file;
    }

    /** Waits for the line of a fence, then takes what was logged before; waits a little more when that is less than expected. */
    List<Map<String, Object>> take(String fence, int expected) {
        List<Map<String, Object>> found = new ArrayList<>();
        await(() -> lines().stream().anyMatch(l -> l.contains(fence)));
        await(() -> fresh().size() >= expected);
        found.addAll(fresh());
        taken = lines().size();
        return found;
    }

    private static void await(java.util.concurrent.Callable<Boolean> done) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(done);
        } catch (ConditionTimeoutException _) {
            // The comparison says which line is missing.
        }
    }

    private List<Map<String, Object>> fresh() {
        return lines().stream()
                .skip(taken)
                .filter(l -> !l.contains("\"/-/"))
                .map(LogLines::parse)
                .toList();
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static Map<String, Object> parse(String line) {
        try {
            return new TreeMap<>(JSON.readValue(line, Map.class));
        } catch (JacksonException e) {
            return Map.of("not_json", line);
        }
    }

    private List<String> lines() {
        try {
            String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
