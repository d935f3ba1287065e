package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.bootstrap.StaticResources;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.socket.NamespaceSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interception with real packets: which address the application sees, and what the log says of it. */
@Tag("netns")
class InterceptionTest {

    private static final String REDIRECT = """
            table inet nat {
              chain prerouting { type nat hook prerouting priority -100; tcp dport { 8000, 8001 } redirect to :15006; }
              chain output { type nat hook output priority -100; meta mark 1338 return; tcp dport 9000 redirect to :15001; }
            }
            """;

    private static final String TPROXY = """
            table inet mangle {
              chain prerouting {
                type filter hook prerouting priority mangle; policy accept;
                meta l4proto tcp meta mark 1337 ct mark set meta mark accept
                iif lo ip saddr 127.0.0.6 accept
                iif lo ip6 saddr ::6 accept
                iif lo meta mark != 1338 accept
                meta l4proto tcp ct state related,established meta mark set 1337 accept
                ip daddr != 127.0.0.1 meta l4proto tcp tproxy ip to :15006 meta mark set 1337 accept
                ip6 daddr fd77::3 meta l4proto tcp tproxy ip6 to :15006 meta mark set 1337 accept
              }
              chain output {
                type route hook output priority mangle; policy accept;
                oif lo meta l4proto tcp meta mark 1337 accept
                ct mark 1337 meta mark set ct mark
              }
            }
            """;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final EventLoopGroup loops = LocalSockets.newLoops(2);
    private final LogWriter writer = new LogWriter();
    private final NamespaceThread thread = new NamespaceThread("test-namespaces");
    private TwoNamespaces net;
    private NetNs podNamespace;
    private ProxyInstance proxy;

    @BeforeEach
    void layCables() throws Exception {
        Leaks.watch();
        net = new TwoNamespaces();
        podNamespace = NetNs.of(net.pod.pid());
        proxy = new ProxyInstance(
                new InstanceConfig(
                        "pod",
                        new NamespaceSockets(loops, thread, podNamespace),
                        (path, bytes, offset, length) ->
                                lines.addAll(new String(bytes, offset, length, StandardCharsets.UTF_8)
                                        .lines()
                                        .toList()),
                        ClusterPlan.Sockets.DEFAULT,
                        1338,
                        null,
                        InstanceConfig.DRAIN_TIME),
                writer);
        net.echo(net.pod, "0.0.0.0", 8000);
        net.echo(net.client, "0.0.0.0", 9000);
        net.echo(net.pod, "::", 8000);
        net.echo(net.client, "::", 9000);
    }

    @AfterEach
    void takeDown() throws Exception {
        proxy.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        writer.close();
        thread.close();
        podNamespace.close();
        net.close();
        Leaks.check();
    }

    private static String hcm(String cluster, String extra) {
        return """
                - name: hcm
                  typed_config:
                    "@type": %s
                    stat_prefix: %s
                    %s
                    access_log:
                    - name: file
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                        path: /dev/stdout
                        log_format: {text_format_source: {inline_string: "%%DOWNSTREAM_REMOTE_ADDRESS%% %%DOWNSTREAM_LOCAL_ADDRESS%% %%UPSTREAM_LOCAL_ADDRESS%% %%UPSTREAM_HOST%% %%RESPONSE_CODE%% %%RESPONSE_FLAGS%%\\n"}}
                    http_filters:
                    - name: router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                    route_config:
                      virtual_hosts: [{name: a, domains: ["*"], routes: [{name: default, match: {prefix: /}, route: {cluster: "%s", timeout: 0s}}]}]
                """.formatted(Rig.HCM, cluster.substring(0, 2), extra, cluster).indent(6);
    }

    private void serve(boolean tproxy, String extra) throws Exception {
        String originalSource = tproxy
                ? "    - {name: s, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.listener.original_src.v3.OriginalSrc, mark: 1337}}\n"
                : "";
        String yaml = """
                static_resources:
                  listeners:
                  - name: virtualInbound
                    address: {socket_address: {address: 0.0.0.0, port_value: 15006}}
                    additional_addresses: [{address: {socket_address: {address: "::", port_value: 15006}}}]
                    transparent: %s
                    traffic_direction: INBOUND
                    listener_filters:
                    - {name: d, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst}}
                %s    filter_chains:
                    - filters:
                %s
                  - name: virtualOutbound
                    address: {socket_address: {address: 0.0.0.0, port_value: 15001}}
                    additional_addresses: [{address: {socket_address: {address: "::", port_value: 15001}}}]
                    use_original_dst: true
                    filter_chains:
                    - filters: [{name: t, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: p, cluster: out}}]
                  - name: 0.0.0.0_9000
                    address: {socket_address: {address: 0.0.0.0, port_value: 9000}}
                    additional_addresses: [{address: {socket_address: {address: "::", port_value: 9000}}}]
                    bind_to_port: false
                    filter_chains:
                    - filters:
                %s
                  clusters:
                  - {name: "inbound|8000||", type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED, connect_timeout: 2s, upstream_bind_config: {source_address: {address: 127.0.0.6, port_value: 0}, extra_source_addresses: [{address: {address: "::6", port_value: 0}}]}}
                  - {name: out, type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED, connect_timeout: 2s}
                """.formatted(tproxy, originalSource, hcm("inbound|8000||", extra), hcm("out", ""));
        proxy.apply(StaticResources.of(BootstrapFile.parse(yaml)));
        TwoNamespaces.nft(net.pod, tproxy ? TPROXY : REDIRECT);
        if (tproxy) {
            TwoNamespaces.in(net.pod, "ip rule add fwmark 1337 lookup 133");
            TwoNamespaces.in(net.pod, "ip route add local 0.0.0.0/0 dev lo table 133");
            TwoNamespaces.in(net.pod, "ip -6 rule add fwmark 1337 lookup 133");
            TwoNamespaces.in(net.pod, "ip -6 route add local ::/0 dev lo table 133");
        }
    }

    private String line(int number) {
        Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> lines.size() >= number);
        return lines.get(number - 1);
    }

    private String call(int times) throws Exception {
        String urls = "http://10.77.0.3:8000/ ".repeat(times);
        return TwoNamespaces.in(net.client, "curl -sS -m 5 " + urls);
    }

    @Test
    void redirectShowsTheApplicationItsOwnLoopback() throws Exception {
        serve(false, "use_remote_address: false");
        assertThat(call(1)).matches("127\\.0\\.0\\.6:\\d+ xff=None");
        assertThat(line(1))
                .matches("10\\.77\\.0\\.2:\\d+ 10\\.77\\.0\\.3:8000 127\\.0\\.0\\.6:\\d+ 10\\.77\\.0\\.3:8000 200 -");
    }

    @Test
    void theEnvoyFilterAddsTheClientToTheHeader() throws Exception {
        serve(false, "use_remote_address: true");
        assertThat(call(1)).matches("127\\.0\\.0\\.6:\\d+ xff=10\\.77\\.0\\.2");
    }

    @Test
    void tproxyShowsTheApplicationItsClient() throws Exception {
        serve(true, "use_remote_address: false");
        assertThat(call(1)).matches("10\\.77\\.0\\.2:2\\d{4} xff=None");
        assertThat(line(1))
                .matches(
                        "10\\.77\\.0\\.2:\\d+ 10\\.77\\.0\\.3:8000 10\\.77\\.0\\.2:2\\d{4} 10\\.77\\.0\\.3:8000 200 -");
        assertThat(call(3)).doesNotContain("127.0.0.6");
    }

    @Test
    void anApplicationThatDoesNotListenIsRefused() throws Exception {
        serve(false, "use_remote_address: false");
        assertThat(TwoNamespaces.in(net.client, "curl -sS -m 5 http://10.77.0.3:8001/"))
                .contains("reset reason: remote connection failure");
        assertThat(line(1)).endsWith(" 503 UF");
    }

    @Test
    void outboundCallsAreHandedToTheListenerOfTheirPort() throws Exception {
        serve(false, "use_remote_address: false");
        assertThat(TwoNamespaces.in(net.pod, "curl -sS -m 5 http://10.77.0.2:9000/"))
                .matches("10\\.77\\.0\\.3:\\d+ xff=None");
        assertThat(line(1)).contains(" 10.77.0.2:9000 10.77.0.3:").endsWith(" 10.77.0.2:9000 200 -");
    }

    @Test
    void redirectOfIpv6FindsTheOriginalDestinationToo() throws Exception {
        serve(false, "use_remote_address: true");
        TwoNamespaces.in(net.pod, "ip -6 addr add ::6/128 dev lo nodad");
        assertThat(TwoNamespaces.in(net.client, "curl -sS -m 5 http://[fd77::3]:8000/"))
                .matches("\\[?::6]?:\\d+ xff=fd77::2");
        assertThat(line(1)).matches("\\[fd77::2]:\\d+ \\[fd77::3]:8000 \\[::6]:\\d+ \\[fd77::3]:8000 200 -");
        assertThat(call(1)).as("IPv4 beside it").matches("127\\.0\\.0\\.6:\\d+ xff=10\\.77\\.0\\.2");
    }

    @Test
    void tproxyOfIpv6ShowsTheApplicationItsClient() throws Exception {
        serve(true, "use_remote_address: false");
        assertThat(TwoNamespaces.in(net.client, "curl -sS -m 5 http://[fd77::3]:8000/"))
                .matches("\\[?fd77::2]?:\\d+ xff=None");
        assertThat(line(1))
                .startsWith("[fd77::2]:")
                .contains(" [fd77::3]:8000 [fd77::2]:")
                .endsWith(" 200 -");
        assertThat(call(1)).as("IPv4 beside it").matches("10\\.77\\.0\\.2:2\\d{4} xff=None");
    }

    @Test
    void outboundCallsOfIpv6AreHandedOverAsWell() throws Exception {
        serve(false, "use_remote_address: false");
        assertThat(TwoNamespaces.in(net.pod, "curl -sS -m 5 http://[fd77::2]:9000/"))
                .matches("\\[?fd77::3]?:\\d+ xff=None");
        assertThat(line(1)).contains(" [fd77::2]:9000 [fd77::3]:").endsWith(" [fd77::2]:9000 200 -");
    }

    @Test
    void manyClientsConnectionsKeepTheirAddress() throws Exception {
        serve(true, "use_remote_address: false");
        String answers = TwoNamespaces.in(
                net.client,
                "for i in 1 2 3 4 5 6 7 8; do (for j in 1 2 3 4 5; do curl -sS -m 5 http://10.77.0.3:8000/; echo; done) & done; wait");
        assertThat(java.util.regex.Pattern.compile("10\\.77\\.0\\.2:2\\d{4} xff=None")
                        .matcher(answers)
                        .results())
                .as(answers)
                .hasSize(40);
    }
}
