package io.hyaline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.runtime.services.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a machine outside, through the load balancer and the rules of the nodes, to a pod that says whom it sees. */
@Tag("cluster")
class LoadBalancerTest {

    private static final String HOST = "203.0.113.1";
    private static final String SERVER = """
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec: {type: LoadBalancer, selector: {app: echo}, ports: [{name: tcp, port: 80, targetPort: 8080}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo}
            spec:
              replicas: 1
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: echo
                    image: busybox
                    command:
                    - python3
                    - -c
                    - |
                      import socketserver
                      class Echo(socketserver.StreamRequestHandler):
                          def handle(self):
                              for line in self.rfile:
                                  self.wfile.write(b"pod " + self.client_address[0].encode() + b"\\n")
                      class Server(socketserver.ThreadingTCPServer):
                          allow_reuse_address = True
                          request_queue_size = 128
                      Server(("0.0.0.0", 8080), Echo).serve_forever()
                    readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            """;

    @TempDir
    Path directory;

    private TestCluster cluster;
    private NamespaceThread thread;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
        thread = new NamespaceThread("callers");
    }

    @AfterEach
    void stop() {
        cluster.close();
        thread.close();
    }

    private static ConditionFactory soon() {
        return await().ignoreExceptions().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    private Service service() {
        return cluster.client.services().inNamespace("default").withName("echo").get();
    }

    private String address() {
        return service().getStatus().getLoadBalancer().getIngress().getFirst().getIp();
    }

    private Condition condition() {
        return service().getStatus().getConditions().getFirst();
    }

    private void policy(String policy) {
        cluster.client
                .services()
                .inNamespace("default")
                .withName("echo")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}");
    }

    private String ask(String address) {
        return Caller.ask(thread, cluster.host, address, 80);
    }

    private String nodeOfThePod() {
        return cluster.readyPod("echo").getSpec().getNodeName();
    }

    @Test
    void aServiceGetsAnAddressThatItKeeps() {
        cluster.apply(SERVER);
        soon().untilAsserted(() -> assertThat(ask(address())).matches("pod 10\\.0\\.0\\.9[34]"));
        String address = address();
        assertThat(address).isEqualTo("203.0.113.80");
        policy("Local");
        soon().untilAsserted(() -> assertThat(ask(address)).isEqualTo("pod " + HOST));
        assertThat(condition().getReason()).isEqualTo("Local");
        assertThat(condition().getMessage()).isEqualTo("new connections go to " + nodeOfThePod());
        assertThat(health(nodeOfThePod())).contains("200 OK").contains("\"localEndpoints\": 1");
        assertThat(health(nodeOfThePod().equals("node-1") ? "node-2" : "node-1"))
                .contains("503 ")
                .contains("\"localEndpoints\": 0");
        cluster.stopRuntime();
        cluster.startRuntime();
        soon().untilAsserted(() -> assertThat(ask(address)).isEqualTo("pod " + HOST));
        cluster.client
                .apps()
                .deployments()
                .inNamespace("default")
                .withName("echo")
                .scale(0);
        soon().untilAsserted(() -> assertThat(ask(address)).isEqualTo("refused"));
        soon().untilAsserted(() -> assertThat(condition().getMessage()).contains("no node has a ready endpoint"));
        cluster.client.services().inNamespace("default").withName("echo").delete();
        soon().untilAsserted(() -> assertThat(ask(address)).isNotEqualTo("pod " + HOST));
    }

    private String health(String node) {
        String nodeAddress = node.equals("node-1") ? "10.0.0.93" : "10.0.0.94";
        Command.of("ip", "route", "replace", "10.0.0.0/24", "via", "203.0.113.2")
                .check(thread, cluster.host);
        return Command.of(
                        "curl",
                        "-si",
                        "http://" + nodeAddress + ":" + service().getSpec().getHealthCheckNodePort() + "/healthz")
                .check(thread, cluster.host);
    }

    @Test
    void addressesThatCannotBeGivenAreReported() {
        cluster.apply(SERVER.replace("type: LoadBalancer,", "type: LoadBalancer, loadBalancerIP: 203.0.113.7,"));
        soon().untilAsserted(() -> assertThat(cluster.client
                        .v1()
                        .events()
                        .inNamespace("default")
                        .list()
                        .getItems())
                .anySatisfy(e -> assertThat(e.getMessage())
                        .contains("loadBalancerIP 203.0.113.7 is none of the load balancer's")));
        assertThat(service().getStatus().getLoadBalancer().getIngress()).isEmpty();
    }

    @Test
    void policiesFlipUnderLoadWithoutALostConnection() throws Exception {
        cluster.apply(SERVER);
        // The pod was ready a moment ago: each node learns of it by itself.
        soon().untilAsserted(() -> assertThat(IntStream.range(0, 4).mapToObj(i -> ask(address())))
                .allMatch(a -> a.startsWith("pod 10.0.0.9")));
        String address = address();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> load = new ArrayList<>();
        try (Caller kept = Caller.connect(thread, cluster.host, address, 80)) {
            String before = kept.ask();
            for (int i = 0; i < 8; i++) {
                load.add(Thread.ofPlatform().start(() -> askUntil(stop, address, asked, wrong)));
            }
            for (String policy : List.of("Local", "Cluster", "Local", "Cluster")) {
                policy(policy);
                soon().untilAsserted(() -> assertThat(condition().getReason()).isEqualTo(policy));
                String expected = policy.equals("Local") ? "pod " + HOST : "pod 10\\.0\\.0\\.9[34]";
                soon().untilAsserted(() -> assertThat(ask(address)).matches(expected));
                soon().untilAsserted(() -> assertThat(kept.ask()).isEqualTo(before));
            }
        } finally {
            stop.set(true);
            for (Thread one : load) {
                one.join();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(asked.get()).isGreaterThan(100);
    }

    private void askUntil(AtomicBoolean stop, String address, AtomicInteger asked, Queue<String> wrong) {
        while (!stop.get()) {
            long begun = System.nanoTime();
            try (Caller caller = Caller.connect(thread, cluster.host, address, 80)) {
                String answer = caller.ask();
                if (!answer.startsWith("pod ")) {
                    wrong.add(answer);
                }
            } catch (IOException e) {
                wrong.add(e + " after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            }
            asked.incrementAndGet();
        }
    }
}
