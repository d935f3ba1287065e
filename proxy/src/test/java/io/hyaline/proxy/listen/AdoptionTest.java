package io.hyaline.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.bootstrap.StaticResources;
import io.hyaline.proxy.listen.ListenerPlan.Chain;
import io.hyaline.proxy.plan.PlanCompiler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdoptionTest {

    private static final String HTTP =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    private static final String TCP = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
    private static final String TLS =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

    /** The chain before, as YAML; each row of the table changes one thing of it. */
    private static final String BEFORE = """
            name: one
            filter_chain_match: {destination_port: 8000}
            transport_socket_connect_timeout: 5s
            transport_socket: {name: tls, typed_config: {"@type": TLS, common_tls_context: {tls_certificate_sds_secret_configs: [{name: a}]}}}
            filters: [{name: n, typed_config: {"@type": HTTP, stat_prefix: in, route_config: {name: r}, http_filters: [ROUTER]}}]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what each request takes anew
                "stat_prefix: in,    | stat_prefix: in, use_remote_address: true,                  | true",
                "stat_prefix: in,    | stat_prefix: other,                                         | true",
                "name: r             | name: another                                               | true",
                "stat_prefix: in,    | stat_prefix: in, server_name: s,                            | true",
                "stat_prefix: in,    | stat_prefix: in, stream_idle_timeout: 1s,                   | true",
                "stat_prefix: in,    | stat_prefix: in, upgrade_configs: [{upgrade_type: websocket}], | true",
                "[ROUTER]            | [FAULT, ROUTER]                                             | true",
                // what a connection takes when it begins
                "stat_prefix: in,    | stat_prefix: in, codec_type: HTTP1,                         | false",
                "stat_prefix: in,    | stat_prefix: in, max_request_headers_kb: 8,                 | false",
                "stat_prefix: in,    | stat_prefix: in, request_headers_timeout: 8s,               | false",
                "stat_prefix: in,    | stat_prefix: in, http_protocol_options: {accept_http_10: true}, | false",
                "stat_prefix: in,    | stat_prefix: in, common_http_protocol_options: {idle_timeout: 8s}, | false",
                "stat_prefix: in,    | stat_prefix: in, common_http_protocol_options: {max_connection_duration: 8s}, | false",
                // how it came here
                "name: one           | name: two                                                   | false",
                "8000                | 8001                                                        | false",
                "connect_timeout: 5s | connect_timeout: 6s                                         | false",
                "name: a}            | name: b}                                                    | false",
                "tls_certificate_sds | tls_params: {tls_minimum_protocol_version: TLSv1_3}, tls_certificate_sds | false",
                "HTTP, stat_prefix: in, route_config: {name: r}, http_filters: [ROUTER] | TCP, stat_prefix: in, cluster: c | false",
            })
    void oneChange(String from, String to, boolean adopted) throws Exception {
        assertThat(BEFORE).contains(from);
        Chain before = chain(BEFORE);
        Chain after = chain(BEFORE.replace(from, to));
        assertThat(Adoption.possible(before, chain(BEFORE))).isTrue();
        assertThat(Adoption.possible(before, after)).isEqualTo(adopted);
        assertThat(Adoption.possible(after, before)).isEqualTo(adopted);
    }

    private static Chain chain(String yaml) throws Exception {
        String chain = yaml.replace(": HTTP,", ": " + HTTP + ",")
                .replace(": TCP,", ": " + TCP + ",")
                .replace(": TLS,", ": " + TLS + ",")
                .replace("ROUTER", filter("router.v3.Router"))
                .replace("FAULT", filter("fault.v3.HTTPFault"));
        String listener = """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    -
                %s""".formatted(chain.indent(6));
        return PlanCompiler.compile(StaticResources.of(BootstrapFile.parse(listener)))
                .listeners()
                .get("main")
                .chains()
                .getFirst();
    }

    private static String filter(String type) {
        return "{name: f, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http." + type + "}}";
    }
}
