package io.hyaline.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.bootstrap.StaticResources;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.secret.TestCa;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerTest {

    private static final String CONFIG = """
            node: {id: here, cluster: test}
            static_resources:
              listeners:
              - name: main
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - transport_socket:
                    name: tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        tls_certificates: [{certificate_chain: {inline_string: <chain>}, private_key: {inline_string: <key>}}]
                  filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: in
                      http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                      route_config: {name: local, virtual_hosts: [{name: a, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: o}}]}]}
              clusters:
              - name: o
                type: STATIC
                load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 192.0.2.1, port_value: 80}}}}]}]}
              secrets:
              - {name: default, tls_certificate: {certificate_chain: {inline_string: <chain>}, private_key: {inline_string: <key>}}}
            """;

    private final TestCa.ServerCertificate pair =
            new TestCa(Duration.ofHours(1), InstantSource.system()).server("main");
    private final String secret = pair.keyPem().lines().skip(1).findFirst().orElseThrow();
    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final LogWriter writer = new LogWriter();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<String> notReady = new AtomicReference<>("");
    private final HttpClient client = HttpClient.newHttpClient();
    private ProxyInstance instance;
    private AdminServer admin;

    @BeforeEach
    void start() throws Exception {
        LocalSockets sockets = new LocalSockets(loops);
        instance = new ProxyInstance(
                new InstanceConfig(
                        "t",
                        sockets,
                        (path, bytes, from, length) -> {},
                        ClusterPlan.Sockets.DEFAULT,
                        0,
                        null,
                        InstanceConfig.DRAIN_TIME),
                writer);
        Bootstrap bootstrap = BootstrapFile.parse(
                CONFIG.replace("<chain>", quoted(pair.chainPem())).replace("<key>", quoted(pair.keyPem())));
        instance.apply(StaticResources.of(bootstrap));
        admin = new AdminServer(
                new AdminState(bootstrap, instance, Instant.now(), notReady::get, () -> ended.set(true)),
                sockets,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        client.close();
        admin.close();
        instance.close();
        writer.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static String quoted(String pem) {
        return '"' + pem.replace("\n", "\\n") + '"';
    }

    private HttpResponse<String> call(String method, String target) throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + admin.address().getPort() + target))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /ready | 200 | LIVE
            /server_info | 200 | "id": "here"
            /config_dump | 200 | type.googleapis.com/envoy.admin.v3.ListenersConfigDump
            /config_dump | 200 | type.googleapis.com/envoy.admin.v3.BootstrapConfigDump
            /config_dump | 200 | "inline_string": "[redacted]"
            /config_dump?resource=static_clusters | 200 | "name": "o"
            /config_dump?resource=static_route_configs | 200 | "name": "local"
            /config_dump?include_eds | 200 | EndpointsConfigDump
            /config_dump?resource=nonsense | 400 | nonsense not found in config dump
            /clusters | 200 | o::192.0.2.1:80::health_flags::healthy
            /clusters?format=json | 200 | "cluster_statuses":[{"name":"o"
            /listeners | 200 | main::127.0.0.1:
            /stats?filter=membership | 200 | cluster.o.membership_total: 1
            /stats?filter=( | 400 | Invalid re2 regex
            /stats/prometheus | 200 | envoy_cluster_upstream_rq_total{envoy_cluster_name="o"} 0
            /stats?format=json | 200 | {"name":"http.in.downstream_cx_total","value":0}
            /certs | 200 | "certificates":[
            /logging | 200 | active loggers
            /nothing | 404 | invalid path
            /quitquitquit | 405 | POST required
            """)
    void answersAsEnvoyDoes(String target, int status, String contained) throws Exception {
        HttpResponse<String> answer = call("GET", target.replace("(", "%28"));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(contained).doesNotContain(secret);
    }

    @Test
    void isNotReadyBeforeThereIsConfiguration() throws Exception {
        notReady.set("waiting");
        assertThat(call("GET", "/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void endsTheProxyWhenAsked() throws Exception {
        assertThat(call("POST", "/quitquitquit").statusCode()).isEqualTo(200);
        assertThat(ended).isTrue();
    }
}
