package io.hyaline.pilot.ingest;

/** The ConfigMap that an installation begins with: the log is on, in JSON, with the keys of the seed's examples. */
public final class InstalledMesh {
    public static final String NAMESPACE = "istio-system";
    public static final String NAME = "istio";
    public static final String KEY = "mesh";

    /** Under {@link #KEY}. */
    public static final String YAML = """
            trustDomain: cluster.local
            rootNamespace: istio-system
            enableAutoMtls: true
            accessLogFile: /dev/stdout
            accessLogEncoding: JSON
            accessLogFormat: |
              {
                "authority": "%REQ(:AUTHORITY)%",
                "bytes_received": "%BYTES_RECEIVED%",
                "bytes_sent": "%BYTES_SENT%",
                "downstream_local_address": "%DOWNSTREAM_LOCAL_ADDRESS%",
                "downstream_remote_address": "%DOWNSTREAM_REMOTE_ADDRESS%",
                "duration": "%DURATION%",
                "istio_policy_status": "%DYNAMIC_METADATA(istio.mixer:status)%",
                "method": "%REQ(:METHOD)%",
                "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
                "protocol": "%PROTOCOL%",
                "request_id": "%REQ(X-REQUEST-ID)%",
                "requested_server_name": "%REQUESTED_SERVER_NAME%",
                "response_code": "%RESPONSE_CODE%",
                "response_flags": "%RESPONSE_FLAGS%",
                "route_name": "%ROUTE_NAME%",
                "start_time": "%START_TIME%",
                "trace_id": "%REQ(X-B3-TRACEID)%",
                "upstream_cluster": "%UPSTREAM_CLUSTER%",
                "upstream_host": "%UPSTREAM_HOST%",
                "upstream_local_address": "%UPSTREAM_LOCAL_ADDRESS%",
                "upstream_service_time": "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
                "upstream_transport_failure_reason": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
                "user_agent": "%REQ(USER-AGENT)%",
                "x_forwarded_for": "%REQ(X-FORWARDED-FOR)%"
              }
            """;

    private InstalledMesh() {}
}
