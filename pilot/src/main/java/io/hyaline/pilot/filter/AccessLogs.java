package io.hyaline.pilot.filter;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.hyaline.model.AccessLogConfig;
import java.util.List;

/** The access log of connections and requests, and of connections that found no filter chain. */
public final class AccessLogs {
    private static final String DEFAULT_TEXT = "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"
            + " %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
            + " %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED%"
            + " %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\""
            + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\""
            + " %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS%"
            + " %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    private static final List<String> DEFAULT_JSON = List.of(
            "start_time=%START_TIME%",
            "route_name=%ROUTE_NAME%",
            "method=%REQ(:METHOD)%",
            "path=%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
            "protocol=%PROTOCOL%",
            "response_code=%RESPONSE_CODE%",
            "response_flags=%RESPONSE_FLAGS%",
            "response_code_details=%RESPONSE_CODE_DETAILS%",
            "connection_termination_details=%CONNECTION_TERMINATION_DETAILS%",
            "bytes_received=%BYTES_RECEIVED%",
            "bytes_sent=%BYTES_SENT%",
            "duration=%DURATION%",
            "upstream_service_time=%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
            "x_forwarded_for=%REQ(X-FORWARDED-FOR)%",
            "user_agent=%REQ(USER-AGENT)%",
            "request_id=%REQ(X-REQUEST-ID)%",
            "authority=%REQ(:AUTHORITY)%",
            "upstream_host=%UPSTREAM_HOST%",
            "upstream_cluster=%UPSTREAM_CLUSTER_RAW%",
            "upstream_local_address=%UPSTREAM_LOCAL_ADDRESS%",
            "downstream_local_address=%DOWNSTREAM_LOCAL_ADDRESS%",
            "downstream_remote_address=%DOWNSTREAM_REMOTE_ADDRESS%",
            "requested_server_name=%REQUESTED_SERVER_NAME%",
            "upstream_transport_failure_reason=%UPSTREAM_TRANSPORT_FAILURE_REASON%");

    private AccessLogs() {}

    /** For a connection manager or a TCP proxy. */
    public static List<AccessLog> ofTraffic(AccessLogConfig config) {
        return config.file().isEmpty() ? List.of() : List.of(toFile(config).build());
    }

    /** For a listener: only connections that no chain took, so that nothing is logged twice. */
    public static List<AccessLog> ofListener(AccessLogConfig config) {
        return config.file().isEmpty()
                ? List.of()
                : List.of(toFile(config)
                        .setFilter(AccessLogFilter.newBuilder()
                                .setResponseFlagFilter(
                                        ResponseFlagFilter.newBuilder().addFlags("NR")))
                        .build());
    }

    private static AccessLog.Builder toFile(AccessLogConfig config) {
        return AccessLog.newBuilder()
                .setName("envoy.access_loggers.file")
                .setTypedConfig(Any.pack(FileAccessLog.newBuilder()
                        .setPath(config.file())
                        .setLogFormat(format(config))
                        .build()));
    }

    private static SubstitutionFormatString format(AccessLogConfig config) {
        return switch (config.encoding()) {
            case JSON ->
                SubstitutionFormatString.newBuilder()
                        .setJsonFormat(json(config.format()))
                        .build();
            case TEXT ->
                SubstitutionFormatString.newBuilder()
                        .setTextFormatSource(DataSource.newBuilder().setInlineString(text(config.format())))
                        .build();
        };
    }

    private static String text(String format) {
        if (format.isEmpty()) {
            return DEFAULT_TEXT;
        }
        return format.endsWith("\n") ? format : format + "\n";
    }

    /** A format that is no JSON object gives the default one, as in Istio. */
    private static Struct json(String format) {
        if (!format.isEmpty()) {
            Struct.Builder struct = Struct.newBuilder();
            try {
                JsonFormat.parser().merge(format, struct);
                return struct.build();
            } catch (InvalidProtocolBufferException _) {
                // ingest has reported it by name; the proxies log as if none were given
            }
        }
        Struct.Builder struct = Struct.newBuilder();
        for (String field : DEFAULT_JSON) {
            int equals = field.indexOf('=');
            struct.putFields(
                    field.substring(0, equals),
                    Value.newBuilder()
                            .setStringValue(field.substring(equals + 1))
                            .build());
        }
        return struct.build();
    }
}
