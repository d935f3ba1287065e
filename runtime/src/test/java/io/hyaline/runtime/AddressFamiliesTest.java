package io.hyaline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.services.Caller;
import io.hyaline.runtime.services.OutsideMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clusters that have IPv6: every way to a pod, with packets of each of their families. */
@Tag("cluster")
@ParameterizedClass
@EnumSource(AddressFamiliesTest.Kind.class)
class AddressFamiliesTest {

    enum Kind {
        DUAL(AddressPlan.DEFAULT_DUAL),
        IPV6(AddressPlan.DEFAULT_V6);

        final AddressPlan plan;

        Kind(AddressPlan plan) {
            this.plan = plan;
        }
    }

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec:
              type: LoadBalancer
              ipFamilyPolicy: PreferDualStack
              selector: {app: echo}
              ports: [{name: tcp, port: 80, targetPort: own}]
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo}
            spec:
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: echo
                    image: busybox
                    env:
                    - {name: IPS, valueFrom: {fieldRef: {fieldPath: status.podIPs}}}
                    - {name: HOSTS, valueFrom: {fieldRef: {fieldPath: status.hostIPs}}}
                    command:
                    - python3
                    - -c
                    - |
                      import socket, socketserver
                      class Echo(socketserver.StreamRequestHandler):
                          def handle(self):
                              for line in self.rfile:
                                  peer = self.client_address[0].replace("::ffff:", "")
                                  self.wfile.write(b"pod " + peer.encode() + b"\\n")
                      class Server(socketserver.ThreadingTCPServer):
                          address_family = socket.AF_INET6
                          allow_reuse_address = True
                      Server(("::", 8080), Echo).serve_forever()
                    ports: [{name: own, containerPort: 8080}]
                    readinessProbe: {tcpSocket: {port: own}, periodSeconds: 1}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: client}
            spec:
              selector: {matchLabels: {app: client}}
              template:
                metadata: {labels: {app: client}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]
            """;

    /** Asks one server for a name's address of the server's own family. */
    private static final String RESOLVE = """
            import socket, sys
            name, server = sys.argv[1:]
            family, kind, size = (socket.AF_INET6, 28, 16) if ":" in server else (socket.AF_INET, 1, 4)
            query = b"\\0\\7\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0"
            query += b"".join(bytes([len(p)]) + p.encode() for p in name.split(".")) + bytes([0, 0, kind, 0, 1])
            asker = socket.socket(family, socket.SOCK_DGRAM)
            asker.settimeout(5)
            asker.sendto(query, (server, 53))
            print(socket.inet_ntop(family, asker.recv(512)[-size:]))
            """;

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static AddressPlan plan;
    private static NamespaceThread thread;
    private static NetNs machine;

    AddressFamiliesTest(Kind kind) {
        // Whose cluster is up already.
        assertThat(kind.plan).isEqualTo(plan);
    }

    @BeforeParameterizedClassInvocation
    static void start(Kind kind) {
        plan = kind.plan;
        cluster = new TestCluster(directory.resolve(kind.name()), plan);
        thread = new NamespaceThread("callers");
        try (NetNs outside = NetNs.open(cluster.runtime().outsideNetwork())) {
            machine = OutsideMachine.join(thread, outside, plan, 50);
        }
        cluster.apply(OBJECTS);
        soon().until(() -> cluster.readyPod("echo") != null && cluster.readyPod("client") != null);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (machine != null) {
            machine.close();
        }
        cluster.close();
        thread.close();
    }

    private static ConditionFactory soon() {
        return await().ignoreExceptions().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    private static String address(Pod pod, Ip family) {
        return pod.getStatus().getPodIPs().stream()
                .map(PodIP::getIp)
                .filter(a -> family.parse(a).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static Service service() {
        return cluster.client.services().inNamespace("default").withName("echo").get();
    }

    private static String clusterIp(Ip family) {
        return service().getSpec().getClusterIPs().stream()
                .filter(a -> family.parse(a).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static void policy(String policy) {
        cluster.client
                .services()
                .inNamespace("default")
                .withName("echo")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}");
    }

    /** What a pod is told when it asks. */
    private static String askFrom(Pod pod, String address, int port) {
        return cluster.exec(pod, "client", "sh", "-c", "echo who | socat -t 5 - TCP:" + Ip.target(address, port))
                .output()
                .strip();
    }

    @Test
    void podsReachPodsAndServicesWithTheirOwnAddress() {
        Pod client = cluster.readyPod("client");
        Pod server = cluster.readyPod("echo");
        for (Ip family : plan.each(FamilyPlan::family)) {
            String own = "pod " + address(client, family);
            assertThat(askFrom(client, address(server, family), 8080)).isEqualTo(own);
            soon().untilAsserted(() ->
                    assertThat(askFrom(client, clusterIp(family), 80)).isEqualTo(own));
        }
    }

    @Test
    void namesHaveAnAddressOfEachFamily() {
        Pod client = cluster.readyPod("client");
        for (FamilyPlan each : plan.families()) {
            Ip family = each.family();
            String database = family == Ip.V4 ? "ahostsv4" : "ahostsv6";
            soon().untilAsserted(() -> assertThat(cluster.exec(client, "client", "getent", database, "echo")
                            .output())
                    .startsWith(clusterIp(family) + " "));
            String name = "echo.default.svc.cluster.local";
            assertThat(cluster.exec(client, "client", "python3", "-c", RESOLVE, name, each.dnsService())
                            .output()
                            .strip())
                    .isEqualTo(clusterIp(family));
        }
    }

    @Test
    void whoeverIsOutsideIsSeenAsThePolicySays() {
        int nodePort = service().getSpec().getPorts().getFirst().getNodePort();
        policy("Cluster");
        for (FamilyPlan each : plan.families()) {
            List<String> nodes = List.of("pod " + each.node(1), "pod " + each.node(2));
            soon().untilAsserted(() -> assertThat(ask(each.node(1), nodePort)).isEqualTo(nodes.getFirst()));
            soon().untilAsserted(() ->
                    assertThat(ask(each.outside().address(80), 80)).isIn(nodes));
        }
        policy("Local");
        for (FamilyPlan each : plan.families()) {
            soon().untilAsserted(() -> assertThat(ask(each.outside().address(80), 80))
                    .isEqualTo("pod " + each.outside().address(50)));
        }
        assertThat(service().getStatus().getLoadBalancer().getIngress())
                .extracting(LoadBalancerIngress::getIp)
                .containsExactlyElementsOf(plan.each(f -> f.outside().address(80)));
    }

    private static String ask(String address, int port) {
        return Caller.ask(thread, machine, address, port);
    }

    @Test
    void objectsTellEveryAddress() {
        Pod server = cluster.readyPod("echo");
        String node = server.getSpec().getNodeName();
        Node object = cluster.client.nodes().withName(node).get();
        int number = Integer.parseInt(node.substring("node-".length()));
        List<String> hosts = plan.each(f -> f.node(number));
        assertThat(object.getSpec().getPodCIDRs())
                .isEqualTo(plan.each(f -> f.podRange(number).toString()));
        assertThat(object.getStatus().getAddresses().stream()
                        .filter(a -> a.getType().equals("InternalIP"))
                        .map(a -> a.getAddress()))
                .containsExactlyElementsOf(hosts);
        List<String> own =
                server.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
        assertThat(own)
                .hasSameSizeAs(hosts)
                .first()
                .isEqualTo(server.getStatus().getPodIP());
        String seen = cluster.exec(server, "echo", "sh", "-c", "echo $IPS $HOSTS; cat /etc/hosts /etc/resolv.conf")
                .output();
        assertThat(seen)
                .contains(String.join(",", own) + " " + String.join(",", hosts))
                .contains(own.getFirst() + "\t" + server.getMetadata().getName())
                .contains(own.getLast() + "\t" + server.getMetadata().getName())
                .contains(plan.each(f -> "nameserver " + f.dnsService() + "\n"));
    }
}
