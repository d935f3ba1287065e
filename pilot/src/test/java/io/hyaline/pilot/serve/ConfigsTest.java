package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Impact;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going on from what a proxy has been told comes to the same as beginning anew. */
class ConfigsTest {
    private static final List<ProxyNode> PROXIES = List.of(
            SeedMesh.httpbin(InterceptionMode.TPROXY),
            SeedMesh.node("sleep", SeedMesh.SLEEP_IP, InterceptionMode.REDIRECT),
            GatewayMesh.gateway());

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: app-%1$d, namespace: default, labels: {app: app, version: v%2$d, security.istio.io/tlsMode: %3$s}}
            spec: {serviceAccountName: account-%2$d, containers: [{name: c, image: i}]}
            status: {phase: Running, podIP: 172.20.2.%1$d, podIPs: [{ip: 172.20.2.%1$d}]}
            """;

    private static final String SLICE = """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: %1$s-x, namespace: default, labels: {kubernetes.io/service-name: %1$s}}
            addressType: IPv4
            ports: [{name: http, port: 8000, protocol: TCP}]
            endpoints: [%2$s]
            """;

    private static final String ENDPOINT =
            "{addresses: [172.20.2.%1$d], conditions: {ready: %2$b}, targetRef: {kind: Pod, namespace: default, name: app-%1$d}}";

    private static final String SERVICES = """
            apiVersion: v1
            kind: Service
            metadata: {name: app, namespace: default}
            spec: {clusterIP: 10.96.0.70, selector: {app: app}, ports: [{name: http, port: 8000}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: headless, namespace: default}
            spec: {clusterIP: None, selector: {app: app}, ports: [{name: tcp, port: 8000}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: app, namespace: default}
            spec: {host: app, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: app, namespace: default}
            spec:
              hosts: [app.example.com]
              gateways: [httpbin-gw-httpprotocol, mesh]
              http: [{route: [{destination: {host: app, subset: v1}, weight: 1}, {destination: {host: app}, weight: 1}]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: passing, namespace: default}
            spec:
              selector: {istio: ingressgateway}
              servers: [{hosts: ['*.local'], port: {name: tls, number: 15443, protocol: TLS}, tls: {mode: AUTO_PASSTHROUGH}}]
            ---
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: timeouts, namespace: istio-system}
            spec:
              configPatches:
              - applyTo: CLUSTER
                match: {cluster: {service: app.default.svc.cluster.local}}
                patch: {operation: MERGE, value: {connect_timeout: 3s}}
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void itDoesNotMatterHowAProxyCameThere(int seed) {
        Random random = new Random(seed);
        GatewayMesh mesh = GatewayMesh.httpDemo().put(SERVICES);
        MeshSnapshot before = mesh.snapshot();
        List<Configs.Told> told = PROXIES.stream()
                .map(p -> Configs.told(mesh.snapshot(), p, true))
                .toList();
        int partial = 0;
        for (int step = 0; step < 40; step++) {
            change(mesh, random);
            MeshSnapshot after = mesh.snapshot();
            Impact impact = Impact.between(before, after);
            partial += impact instanceof Impact.Places ? 1 : 0;
            told = next(told, after, impact);
            before = after;
        }
        assertThat(partial).as("steps that did not touch everything").isPositive();
    }

    private static List<Configs.Told> next(List<Configs.Told> told, MeshSnapshot after, Impact impact) {
        List<Configs.Told> next = new java.util.ArrayList<>();
        for (int i = 0; i < PROXIES.size(); i++) {
            Configs.Told went = Configs.next(told.get(i), after, PROXIES.get(i), true, impact);
            assertThat(went).isEqualTo(Configs.told(after, PROXIES.get(i), true));
            next.add(went);
        }
        return next;
    }

    private static void change(GatewayMesh mesh, Random random) {
        int number = 10 + random.nextInt(4);
        String pod = POD.formatted(number, 1 + random.nextInt(2), random.nextInt(4) == 0 ? "disabled" : "istio");
        switch (random.nextInt(12)) {
            case 0, 1 -> mesh.put(pod);
            case 2 -> mesh.objects().remove(pod);
            case 3 -> mesh.put(SLICE.formatted("headless", endpoints(random)));
            case 4 -> mesh.put("""
                    apiVersion: security.istio.io/v1
                    kind: PeerAuthentication
                    metadata: {name: p, namespace: default}
                    spec: {selector: {matchLabels: {app: app}}, mtls: {mode: %s}}
                    """.formatted(random.nextBoolean() ? "STRICT" : "DISABLE"));
            case 5 -> mesh.put("""
                    apiVersion: networking.istio.io/v1
                    kind: Gateway
                    metadata: {name: passing, namespace: default}
                    spec:
                      selector: {istio: ingressgateway}
                      servers:
                      - {hosts: ['*.example.com'], port: {name: https, number: 443, protocol: HTTPS},
                         tls: {mode: SIMPLE, credentialName: site%d}}
                    """.formatted(random.nextInt(2)));
            case 6 -> mesh.secret("site" + random.nextInt(2));
            default -> mesh.put(SLICE.formatted("app", endpoints(random)));
        }
    }

    private static String endpoints(Random random) {
        StringBuilder list = new StringBuilder();
        for (int number = 10; number < 14; number++) {
            if (random.nextInt(3) > 0) {
                list.append(list.isEmpty() ? "" : ", ").append(ENDPOINT.formatted(number, random.nextInt(4) > 0));
            }
        }
        return list.toString();
    }

    @Test
    void anotherReplicaIsAMatterOfEndpointsOnly() {
        GatewayMesh mesh = GatewayMesh.httpDemo()
                .put(SERVICES)
                .put(POD.formatted(10, 1, "istio"))
                .put(SLICE.formatted("app", ENDPOINT.formatted(10, true)));
        MeshSnapshot before = mesh.snapshot();
        MeshSnapshot after = mesh.put(POD.formatted(11, 1, "istio"))
                .put(SLICE.formatted("app", ENDPOINT.formatted(10, true) + ", " + ENDPOINT.formatted(11, true)))
                .snapshot();
        ObjectKey app = new ObjectKey("default", "app");
        assertThat(Impact.between(before, after))
                .isEqualTo(new Impact.Places(Set.of(app), Set.of(), Set.of(new ObjectKey("default", "app-11")), false));
        MeshSnapshot other = mesh.put(POD.formatted(11, 2, "istio")).snapshot();
        assertThat(Impact.between(after, other))
                .as("another account answers")
                .isEqualTo(
                        new Impact.Places(Set.of(app), Set.of(app), Set.of(new ObjectKey("default", "app-11")), false));
        assertThat(Impact.between(
                        other,
                        mesh.put(SERVICES.replace("10.96.0.70", "10.96.0.71")).snapshot()))
                .isEqualTo(new Impact.Everything());
    }
}
