package io.hyaline.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.proxy.sidecar.AdsServer;
import io.hyaline.proxy.sidecar.Configs;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.xds.client.ResourceType;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control socket with real namespaces that hold nothing but loopback. */
@Tag("netns")
class NodeProxyTest {

    @TempDir
    private Path dir;

    private final List<Process> holders = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private final AdsServer ads = new AdsServer();
    private final EventLoopGroup serverLoops = LocalSockets.newLoops(1);
    private final NamespaceThread namespaces = new NamespaceThread("test-namespaces");
    private NodeProxy proxy;

    @BeforeEach
    void start() throws IOException {
        ads.set(ResourceType.CLUSTER, Configs.eds("web"));
        ads.set(ResourceType.ENDPOINT, Configs.endpoints("web", "127.0.0.1", 9));
        ads.set(ResourceType.LISTENER, Configs.http("in", 15080, "80"));
        ads.set(ResourceType.ROUTE, Configs.route("80", "web"));
        proxy = NodeProxy.start(socket(), 1);
    }

    @AfterEach
    void tearDown() throws IOException {
        proxy.close();
        servers.forEach(Server::shutdownNow);
        holders.forEach(Process::destroyForcibly);
        namespaces.close();
        serverLoops.shutdownGracefully();
    }

    @Test
    void twoPodsListenEachInItsOwnNamespace() throws Exception {
        Process a = namespace();
        Process b = namespace();
        bootstrap();
        assertThat(ask(add("a", a))).isEqualTo("{\"id\":\"a\",\"ok\":true}");
        assertThat(ask(add("b", b))).isEqualTo("{\"id\":\"b\",\"ok\":true}");
        assertThat(ask("{\"op\":\"list\"}")).isEqualTo("{\"ids\":[\"a\",\"b\"],\"ok\":true}");
        assertThat(listening(a)).contains(15020, 15021, 15090);
        assertThat(listening(b)).contains(15020, 15021, 15090);
        assertThat(ownListening()).doesNotContain(15020, 15021, 15080, 15090);
        await().until(() -> curl(a, "http://127.0.0.1:15021/healthz/ready").equals("200"));
        await().until(() -> curl(b, "http://127.0.0.1:15021/healthz/ready").equals("200"));
        assertThat(listening(a)).contains(15080);
        assertThat(curl(a, "http://127.0.0.1:15080/hello"))
                .as("nobody listens upstream")
                .isEqualTo("503");
        await().untilAsserted(() -> assertThat(Files.readString(dir.resolve("a.log")))
                .containsPattern("^\\S+Z stdout F .*GET /hello HTTP/1.1.* 503 .*\n$"));
        assertThat(curl(b, "http://127.0.0.1:15020/stats/prometheus")).isEqualTo("200");
        assertThat(ask("{\"op\":\"remove\",\"id\":\"a\"}")).isEqualTo("{\"id\":\"a\",\"ok\":true}");
        assertThat(listening(a)).doesNotContain(15020, 15021, 15080, 15090);
        assertThat(curl(b, "http://127.0.0.1:15021/healthz/ready")).isEqualTo("200");
    }

    @Test
    void removalLeavesNothingBehind() throws Exception {
        Process a = namespace();
        bootstrap();
        cycle(a);
        long descriptors = descriptors();
        Set<String> threads = threads();
        for (int i = 0; i < 5; i++) {
            cycle(a);
        }
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors));
        assertThat(threads()).isSubsetOf(threads);
        await().until(() -> ads.streams() == 0);
    }

    @Test
    void aPodAddedTwiceIsReplaced() throws Exception {
        Process a = namespace();
        Process b = namespace();
        bootstrap();
        ask(add("a", a));
        assertThat(ask(add("a", b))).isEqualTo("{\"id\":\"a\",\"ok\":true}");
        assertThat(listening(a)).doesNotContain(15021);
        assertThat(listening(b)).contains(15021);
        await().until(() -> ads.streams() == 1);
    }

    @Test
    void aPodWhoseProcessesDiedStaysUntilItIsRemoved() throws Exception {
        Process a = namespace();
        bootstrap();
        ask(add("a", a));
        a.destroyForcibly().waitFor();
        assertThat(ask("{\"op\":\"list\"}")).contains("\"a\"");
        assertThat(ask("{\"op\":\"remove\",\"id\":\"a\"}")).contains("true");
        assertThat(ask("{\"op\":\"list\"}")).isEqualTo("{\"ids\":[],\"ok\":true}");
    }

    @Test
    void badRequestsAreNamedAndHarmNobody() throws Exception {
        Process a = namespace();
        bootstrap();
        ask(add("a", a));
        long descriptors = descriptors();
        String good = add("x", a);
        assertThat(ask("{broken")).contains("\"ok\":false").contains("not JSON");
        assertThat(ask("[]")).contains("expected a JSON object");
        assertThat(ask("{}")).contains("field 'op' is missing");
        assertThat(ask("{\"op\":\"dance\"}")).contains("unknown op 'dance'");
        assertThat(ask("{\"op\":\"add\",\"id\":\"x\"}"))
                .contains("\"id\":\"x\"")
                .contains("field 'netns' is missing");
        assertThat(ask(good.replace("/proc/" + a.pid(), "/proc/1234567"))).contains("/proc/1234567/ns/net: ENOENT");
        assertThat(ask(good.replace("/proc/" + a.pid() + "/ns/net", dir + "/bootstrap")))
                .contains("EINVAL");
        assertThat(ask(good.replace("/bootstrap\"", "/nowhere\"")))
                .contains("cannot read")
                .contains("nowhere");
        assertThat(ask(good.replace("/a.log", "/no/such/dir.log"))).contains("no such file");
        assertThat(ask(good)).contains("cannot listen on port 15020");
        assertThat(ask("{\"op\":\"" + "x".repeat(ControlServer.LINE_LIMIT_BYTES) + "\"}"))
                .contains("line longer than");
        assertThat(ask("{\"op\":\"list\"}")).isEqualTo("{\"ids\":[\"a\"],\"ok\":true}");
        assertThat(curl(a, "http://127.0.0.1:15020/stats/prometheus")).isEqualTo("200");
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors));
    }

    @Test
    void aSecondProcessIsRefusedAndAStaleSocketIsNot() throws Exception {
        assertThatThrownBy(() -> NodeProxy.start(socket(), 1)).hasMessageContaining("another process listens on");
        Path stale = dir.resolve("stale.sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(stale));
        }
        NodeProxy.start(stale, 1).close();
        assertThat(stale).doesNotExist();
    }

    private void cycle(Process pod) throws Exception {
        assertThat(ask(add("cycle", pod))).contains("true");
        await().until(() -> curl(pod, "http://127.0.0.1:15021/healthz/ready").equals("200"));
        assertThat(curl(pod, "http://127.0.0.1:15080/")).isEqualTo("503");
        ask("{\"op\":\"remove\",\"id\":\"cycle\"}");
        await().until(() -> ads.streams() == 0);
    }

    private String add(String id, Process pod) {
        return """
                {"op":"add","id":"%s","pod":"default/%s","netns":"/proc/%d/ns/net","bootstrap":"%s/bootstrap","log":"%s/a.log","env":{"INSTANCE_IP":"127.0.0.1"}}""".formatted(id, id, pod.pid(), dir, dir);
    }

    private Path socket() {
        return dir.resolve("node.sock");
    }

    private void bootstrap() throws IOException {
        Files.writeString(
                dir.resolve("bootstrap"),
                JsonFormat.printer()
                        .print(Configs.following(new InetSocketAddress("127.0.0.1", 15010), ApiType.DELTA_GRPC)));
    }

    /** One request and its reply. */
    private String ask(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    /** A network namespace with loopback and a control plane on 127.0.0.1:15010, held by a process. */
    private Process namespace() throws Exception {
        Process holder = new ProcessBuilder(
                        "unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 600")
                .redirectErrorStream(true)
                .start();
        holders.add(holder);
        assertThat(holder.inputReader().readLine()).isEqualTo("up");
        servers.add(NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 15010))
                .bossEventLoopGroup(serverLoops)
                .workerEventLoopGroup(serverLoops)
                .channelFactory(() -> channelIn(holder))
                .addService(ads)
                .build());
        servers.getLast().start();
        return holder;
    }

    private EpollServerSocketChannel channelIn(Process holder) {
        try (NetNs inside = NetNs.of(holder.pid())) {
            return namespaces.call(inside, EpollServerSocketChannel::new);
        }
    }

    private static List<Integer> listening(Process pod) throws Exception {
        return ports(Path.of("/proc/" + pod.pid() + "/net/"));
    }

    private static List<Integer> ownListening() throws Exception {
        return ports(Path.of("/proc/self/net/"));
    }

    private static List<Integer> ports(Path directory) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(directory.resolve(table))) {
                String[] fields = line.strip().split(" +");
                if (fields[3].equals("0A")) {
                    ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
                }
            }
        }
        return ports;
    }

    private static String curl(Process pod, String url) throws Exception {
        Process curl = new ProcessBuilder(
                        "nsenter",
                        "--net=/proc/" + pod.pid() + "/ns/net",
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "--max-time",
                        "3",
                        url)
                .start();
        String code = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        curl.waitFor(5, TimeUnit.SECONDS);
        return code;
    }

    /** All but those that the test's own waiting and child processes come with. */
    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith("awaitility") && !thread.getName().startsWith("process reaper")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
