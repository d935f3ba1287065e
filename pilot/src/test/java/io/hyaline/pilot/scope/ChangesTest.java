package io.hyaline.pilot.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.fixture.SeedMesh;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one change means for a sidecar beside it, the one it is about, one of another namespace, and a gateway. */
class ChangesTest {
    private static final String SERVICES = """
            apiVersion: v1
            kind: Service
            metadata: {name: app, namespace: default}
            spec: {clusterIP: 10.96.0.70, selector: {app: app}, ports: [{name: http, port: 8000}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: secured, namespace: default}
            spec:
              selector: {istio: ingressgateway}
              servers:
              - {hosts: ['*'], port: {name: https, number: 443, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: site}}
            """;

    private static final String EVERYTHING = "everything";
    private static final String NOTHING = "nothing";

    record Case(String name, String object, List<String> sleepHttpbinAwayGateway) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        return Stream.of(virtualServices(), rules(), filters(), others())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> virtualServices() {
        return List.of(
                virtualService(
                        "requests of the mesh", "{hosts: [app], http: [%s]}", "ROUTE", "ROUTE", "ROUTE", NOTHING),
                virtualService(
                        "told to its own namespace only",
                        "{hosts: [app], exportTo: [.], http: [%s]}",
                        "ROUTE",
                        "ROUTE",
                        NOTHING,
                        NOTHING),
                virtualService(
                        "bound to the gateway only",
                        "{hosts: [a.example.com], gateways: [secured], http: [%s]}",
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        EVERYTHING),
                virtualService(
                        "bound to another gateway",
                        "{hosts: [a.example.com], gateways: [elsewhere], http: [%s]}",
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        NOTHING),
                virtualService(
                        "bytes of the mesh", "{hosts: [app], tcp: [%s]}", "LISTENER", "LISTENER", "LISTENER", NOTHING));
    }

    private static List<Case> rules() {
        return List.of(
                rule(
                        "subsets",
                        "{host: app, exportTo: [.], subsets: [{name: v1, labels: {version: v1}}]}",
                        "clusters app endpoints app",
                        "clusters app endpoints app",
                        NOTHING,
                        NOTHING),
                rule(
                        "hashing, where the gateway leads as well",
                        "{host: httpbin, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}}",
                        "LISTENER ROUTE clusters httpbin endpoints httpbin",
                        "LISTENER ROUTE clusters httpbin endpoints httpbin",
                        "LISTENER ROUTE clusters httpbin endpoints httpbin",
                        EVERYTHING),
                rule(
                        "a pool, for one workload",
                        "{host: httpbin, workloadSelector: {matchLabels: {app: sleep}},"
                                + " trafficPolicy: {connectionPool: {tcp: {maxConnections: 5}}}}",
                        "clusters httpbin",
                        NOTHING,
                        NOTHING,
                        NOTHING),
                rule(
                        "an idle time",
                        "{host: app, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 5s}}}}",
                        "LISTENER clusters app",
                        "LISTENER clusters app",
                        "LISTENER clusters app",
                        NOTHING),
                rule(
                        "no TLS, by which nothing can be announced",
                        "{host: app, trafficPolicy: {tls: {mode: DISABLE}}}",
                        "ROUTE clusters app",
                        "ROUTE clusters app",
                        "ROUTE clusters app",
                        NOTHING),
                rule("for nobody", "{host: nowhere}", NOTHING, NOTHING, NOTHING, NOTHING));
    }

    private static List<Case> filters() {
        return List.of(
                filter(
                        "of clusters, for one workload",
                        "default",
                        "{workloadSelector: {labels: {app: sleep}}, configPatches: [{applyTo: CLUSTER, match: {},"
                                + " patch: {operation: MERGE, value: {connect_timeout: 3s}}}]}",
                        "CLUSTER",
                        NOTHING,
                        NOTHING,
                        NOTHING),
                filter(
                        "of gateways",
                        "istio-system",
                        "{configPatches: [{applyTo: ROUTE_CONFIGURATION, match: {context: GATEWAY},"
                                + " patch: {operation: MERGE, value: {max_direct_response_body_size_bytes: 9}}}]}",
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        "ROUTE"));
    }

    private static List<Case> others() {
        return List.of(
                policy("{selector: {matchLabels: {app: httpbin}}, mtls: {mode: STRICT}}", NOTHING, "LISTENER"),
                policy(
                        "{selector: {matchLabels: {app: httpbin}}, mtls: {mode: DISABLE}}",
                        "clusters httpbin endpoints httpbin",
                        "LISTENER clusters httpbin endpoints httpbin",
                        "clusters httpbin endpoints httpbin",
                        "clusters httpbin endpoints httpbin"),
                object("Sidecar", "other", "{egress: [{hosts: ['./*']}]}", NOTHING, NOTHING, EVERYTHING, NOTHING),
                new Case(
                        "a Service that only its own namespace is told of",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: far, namespace: other, annotations: {networking.istio.io/exportTo: .}}
                        spec: {clusterIP: 10.96.0.71, ports: [{name: http, port: 8000}]}
                        """,
                        List.of(NOTHING, NOTHING, "LISTENER ROUTE clusters far endpoints far", NOTHING)),
                object(
                        "Gateway",
                        "default",
                        "{selector: {istio: other}, servers: [{hosts: ['*'], port: {name: http, number: 81, protocol: HTTP}}]}",
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        NOTHING),
                object(
                        "Gateway",
                        "default",
                        "{selector: {istio: ingressgateway}, servers: [{hosts: ['*'], port: {name: http, number: 81, protocol: HTTP}}]}",
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        EVERYTHING),
                new Case("secret site", "site", List.of(NOTHING, NOTHING, NOTHING, EVERYTHING)),
                new Case("secret unused", "unused", List.of(NOTHING, NOTHING, NOTHING, NOTHING)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void concernsOnlyThoseThatItIsAbout(Case made) {
        GatewayMesh mesh = GatewayMesh.httpDemo().put(SERVICES);
        MeshSnapshot before = mesh.snapshot();
        MeshSnapshot after =
                (made.object().contains("\n") ? mesh.put(made.object()) : mesh.secret(made.object())).snapshot();
        Changes changes = Changes.between(before, after);
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> actual = new LinkedHashMap<>();
        List<ProxyNode> proxies = List.of(
                SeedMesh.node("sleep", SeedMesh.SLEEP_IP, InterceptionMode.REDIRECT),
                SeedMesh.httpbin(InterceptionMode.REDIRECT),
                away(),
                GatewayMesh.gateway());
        for (int i = 0; i < proxies.size(); i++) {
            expected.put(proxies.get(i).id(), made.sleepHttpbinAwayGateway().get(i));
            actual.put(proxies.get(i).id(), text(changes.of(before, after, proxies.get(i))));
        }
        assertThat(actual).isEqualTo(expected);
    }

    private static String text(Work work) {
        if (work.equals(Work.EVERYTHING)) {
            return EVERYTHING;
        }
        String text = new TreeSet<>(work.types()).stream().map(Enum::name).collect(Collectors.joining(" "));
        text += hosts(" clusters ", work.clusters()) + hosts(" endpoints ", work.endpoints());
        return text.isEmpty() ? NOTHING : text.strip();
    }

    private static String hosts(String what, java.util.Set<String> hosts) {
        return hosts.stream()
                .map(host -> host.substring(0, host.indexOf('.')))
                .sorted()
                .collect(Collectors.joining(",", hosts.isEmpty() ? "" : what, ""));
    }

    private static ProxyNode away() {
        ProxyNode node = SeedMesh.node("away", "172.20.3.3", InterceptionMode.REDIRECT);
        return new ProxyNode(
                node.id(),
                node.kind(),
                new ObjectKey("other", "away-1"),
                node.version(),
                node.labels(),
                node.serviceAccount(),
                node.interception(),
                node.addresses(),
                node.ports(),
                node.metadata());
    }

    private static Case virtualService(String name, String spec, String... expected) {
        String route = "{route: [{destination: {host: app, port: {number: 8000}}}]}";
        return new Case(
                "VirtualService: " + name, text("VirtualService", "default", spec.formatted(route)), List.of(expected));
    }

    private static Case rule(String name, String spec, String... expected) {
        return new Case("DestinationRule: " + name, text("DestinationRule", "default", spec), List.of(expected));
    }

    private static Case filter(String name, String namespace, String spec, String... expected) {
        return new Case("EnvoyFilter: " + name, text("EnvoyFilter", namespace, spec), List.of(expected));
    }

    private static Case policy(String spec, String... expected) {
        List<String> all =
                expected.length == 4 ? List.of(expected) : List.of(expected[0], expected[1], NOTHING, NOTHING);
        return new Case("PeerAuthentication " + spec, text("PeerAuthentication", "default", spec), all);
    }

    private static Case object(String kind, String namespace, String spec, String... expected) {
        return new Case(kind + " " + spec, text(kind, namespace, spec), List.of(expected));
    }

    private static String text(String kind, String namespace, String spec) {
        String group = kind.equals("PeerAuthentication") ? "security" : "networking";
        return """
                apiVersion: %s.istio.io/v1
                kind: %s
                metadata: {name: made, namespace: %s}
                spec: %s
                """.formatted(group, kind, namespace, spec);
    }
}
