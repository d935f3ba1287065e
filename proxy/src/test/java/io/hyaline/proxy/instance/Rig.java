package io.hyaline.proxy.instance;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.bootstrap.StaticResources;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A proxy instance on loopback, fed with real bytes; its log lines are gathered. */
final class Rig implements AutoCloseable {

    static final String HCM =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    static {
        Leaks.watch();
    }

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final LogWriter writer = new LogWriter();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    final ProxyInstance instance;

    Rig() {
        this(InstanceConfig.DRAIN_TIME);
    }

    Rig(Duration drainTime) {
        instance = new ProxyInstance(
                new InstanceConfig(
                        "test",
                        new LocalSockets(loops),
                        (path, bytes, offset, length) ->
                                lines.addAll(new String(bytes, offset, length, StandardCharsets.UTF_8)
                                        .lines()
                                        .toList()),
                        ClusterPlan.Sockets.DEFAULT,
                        0,
                        Cidr.address("10.9.9.9"),
                        drainTime),
                writer);
    }

    /** A listener with one connection manager and the given clusters, as YAML. */
    static String http(String hcm, String routes, String clusters) {
        return """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": %s
                          stat_prefix: in
                          access_log:
                          - name: file
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                              path: /dev/stdout
                              log_format: {text_format_source: {inline_string: "%%REQ(:METHOD)%% %%REQ(:PATH)%% %%RESPONSE_CODE%% %%RESPONSE_FLAGS%% %%RESPONSE_CODE_DETAILS%% %%BYTES_RECEIVED%% %%BYTES_SENT%% %%ROUTE_NAME%%\\n"}}
                          http_filters:
                          - name: router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                %s
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                %s
                  clusters:
                %s
                """.formatted(
                        HCM, hcm.indent(10).stripTrailing(), routes.indent(14).stripTrailing(), clusters.indent(2));
    }

    /** A listener with a tcp_proxy to cluster {@code o}, as YAML. */
    static String tcp(String statPrefix, String settings, String clusters) {
        return """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    filter_chains:
                    - filters:
                      - name: tcp
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: %s, cluster: o, %s}
                  clusters:
                %s
                """.formatted(statPrefix, settings, clusters.indent(2));
    }

    static String cluster(String name, int port) {
        return """
                - name: %s
                  type: STATIC
                  connect_timeout: 1s
                  load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
                """.formatted(name, name, port);
    }

    static String routeTo(String cluster) {
        return "- {name: default, match: {prefix: /}, route: {cluster: %s}}".formatted(cluster);
    }

    Rig apply(String yaml) throws Exception {
        Bootstrap bootstrap = BootstrapFile.parse(yaml);
        instance.apply(StaticResources.of(bootstrap));
        return this;
    }

    int port() {
        return ((InetSocketAddress) instance.addresses("main").getFirst()).getPort();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", port());
        socket.setSoTimeout(15_000);
        return socket;
    }

    /** Sends bytes on a new connection, and reads until the other side closes. */
    String exchange(String bytes) throws IOException {
        try (Socket socket = connect()) {
            send(socket, bytes);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Reads until the text ends with {@code end}. */
    static String until(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("closed after: " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    List<String> lines(int expected) {
        Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> lines.size() >= expected);
        return List.copyOf(lines);
    }

    /** Returns when the event loop has done what was asked of it so far, such as draining. */
    void settled() {
        loops.submit(() -> {}).syncUninterruptibly();
    }

    @Override
    public void close() {
        instance.close();
        loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(5000);
        writer.close();
        Leaks.check();
    }
}
