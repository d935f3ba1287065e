package io.hyaline.proxy.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.bootstrap.StaticResources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings either have their effect or are refused by name. */
class SettingsTest {

    private static String bootstrap(String cluster, String hcm, String route) {
        return """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: in
                          http_filters:
                          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                          %s
                          route_config:
                            virtual_hosts:
                            - {name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: c%s}}]}
                  clusters:
                  - name: c
                    connect_timeout: 1s
                    %s
                """.formatted(hcm, route, unbraced(cluster));
    }

    /** Several fields are written in braces. */
    private static String unbraced(String fields) {
        return fields.startsWith("{") ? "<<: " + fields : fields;
    }

    private static void compile(String yaml) throws Exception {
        PlanCompiler.compile(StaticResources.of(BootstrapFile.parse(yaml)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outlier_detection: {}                                                   | enforcing_success_rate to 0",
                "outlier_detection: {enforcing_success_rate: 0, enforcing_failure_percentage: 1} | enforcing_failure_percentage",
                "outlier_detection: {enforcing_success_rate: 0, interval: 0s}             | outlier_detection.interval",
                "per_connection_buffer_limit_bytes: 0                                    | per_connection_buffer_limit_bytes 0",
                "close_connections_on_host_health_failure: true                          | close_connections_on_host_health_failure",
                "common_lb_config: {close_connections_on_host_set_change: true}          | close_connections_on_host_set_change",
                "typed_extension_protocol_options: {o: {'@type': type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, auto_config: {}}} | auto_config needs TLS",
                "http2_protocol_options: {allow_connect: true}                           | allow_connect",
                "http2_protocol_options: {connection_keepalive: {interval: 1s}}          | connection_keepalive needs a timeout",
                "lb_policy: LOAD_BALANCING_POLICY_CONFIG                                 | LOAD_BALANCING_POLICY_CONFIG",
                "common_lb_config: {consistent_hashing_lb_config: {hash_balance_factor: 150}} | hash_balance_factor",
                "common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: true}} | STRICT_DNS",
                "ring_hash_lb_config: {minimum_ring_size: 5}                             | ROUND_ROBIN",
                "{lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 5, maximum_ring_size: 4}} | from 5 to 4",
                "{lb_policy: RING_HASH, ring_hash_lb_config: {maximum_ring_size: 9000000}} | from 1024 to 9000000",
                "{lb_policy: MAGLEV, maglev_lb_config: {table_size: 100}}                | 100 is not a prime",
                "upstream_connection_options: {set_local_interface_name_on_upstream_connections: true} | set_local_interface",
                "http_protocol_options: {header_key_format: {proper_case_words: {}}}     | header_key_format",
            })
    void refusesOfClusters(String field, String named) {
        assertThatThrownBy(() -> compile(bootstrap(field, "", "")))
                .isInstanceOf(RejectedResource.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add_user_agent: true                                                    | add_user_agent",
                "access_log_options: {flush_access_log_on_new_request: true}             | flush_access_log_on_new_request",
                "http_protocol_options: {allow_absolute_url: false}                      | allow_absolute_url",
                "http_protocol_options: {send_fully_qualified_url: true}                 | send_fully_qualified_url",
                "http_protocol_options: {override_stream_error_on_invalid_http_message: true} | override_stream_error",
            })
    void refusesOfConnectionManagers(String field, String named) {
        assertThatThrownBy(() -> compile(bootstrap("type: STATIC", field, "")))
                .isInstanceOf(RejectedResource.class)
                .hasMessageContaining("'main'")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hash_policy: [{filter_state: {key: k}}]                                 | FILTER_STATE",
                "priority: HIGH                                                          | priority HIGH",
                "metadata_match: {filter_metadata: {envoy.lb: {a: b}}}                   | metadata_match",
                "retry_policy: {retry_on: 5xx, retry_host_predicate: [{name: other}]}    | retry_host_predicate 'other'",
                "request_mirror_policies: [{cluster: c, cluster_header: x}]              | either a cluster or",
            })
    void refusesOfRoutes(String field, String named) {
        assertThatThrownBy(() -> compile(bootstrap("type: STATIC", "", ", " + field)))
                .isInstanceOf(RejectedResource.class)
                .hasMessageContaining(named);
    }

    /** What follows the action closes it: these are fields of the route itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{x: {'@type': type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer}} | buffer.v3.Buffer",
                "{f: {'@type': FAULT, response_rate_limit: {fixed_limit: {limit_kbps: 1}}}} | response_rate_limit",
                "{f: {'@type': FAULT, delay: {percentage: {numerator: 1}}}}              | fixed_delay",
                "{f: {'@type': FAULT, abort: {http_status: 600}}}                        | 600",
                "{f: {'@type': FAULT, abort_percent_runtime: a}}                         | abort_percent_runtime",
                "{f: {'@type': CONFIG, config: {'@type': type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer}}} | buffer.v3.Buffer",
            })
    void refusesOfFiltersAtRoutes(String configs, String named) {
        assertThatThrownBy(() -> compile(bootstrap(
                        "type: STATIC", "", "}, typed_per_filter_config: " + types(configs) + ", metadata: {")))
                .isInstanceOf(RejectedResource.class)
                .hasMessageContaining("typed_per_filter_config '")
                .hasMessageContaining(named);
    }

    private static String types(String yaml) {
        return yaml.replace("FAULT", "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault")
                .replace("CONFIG", "type.googleapis.com/envoy.config.route.v3.FilterConfig");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{f: {'@type': FAULT, delay: {header_delay: {}, percentage: {numerator: 1}}}} | {cluster: c}",
                "{f: {'@type': CONFIG, is_optional: true, config: {'@type': type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer}}} | {cluster_header: x}",
                "{f: {'@type': CONFIG, disabled: true}}                                  | {cluster: c, runtime_fraction: {default_value: {numerator: 5}}}",
            })
    void takesOfRoutes(String configs, String mirror) {
        String route = ", request_mirror_policies: [" + mirror + "]}, typed_per_filter_config: " + types(configs)
                + ", metadata: {";
        assertThatCode(() -> compile(bootstrap("type: STATIC", "", route))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "outlier_detection: {enforcing_success_rate: 0, consecutive_5xx: 3} | http_protocol_options: {enable_trailers: true}",
                "common_lb_config: {healthy_panic_threshold: {value: 0}}            | common_http_protocol_options: {max_stream_duration: 1s}",
                "common_lb_config: {locality_weighted_lb_config: {}}                | common_http_protocol_options: {max_connection_duration: 1s}",
                "per_connection_buffer_limit_bytes: 32768                           | stream_idle_timeout: 0s",
                "upstream_connection_options: {tcp_keepalive: {keepalive_time: 10}} | codec_type: HTTP1",
                "dns_lookup_family: V4_ONLY                                         | codec_type: AUTO",
            })
    void takes(String cluster, String hcm) {
        String retry = ", retry_policy: {retry_on: unavailable, host_selection_retry_max_attempts: 5,"
                + " retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts}]}";
        assertThatCode(() -> compile(bootstrap(cluster, hcm, retry))).doesNotThrowAnyException();
    }
}
