package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Moment;
import io.hyaline.pilot.scope.Changes;
import io.hyaline.pilot.scope.Work;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Going on from what a proxy has been told comes to the same as beginning anew. */
class ConfigsTest {
    private static final List<ProxyNode> PROXIES = List.of(
            SeedMesh.httpbin(InterceptionMode.TPROXY),
            SeedMesh.node("sleep", SeedMesh.SLEEP_IP, InterceptionMode.REDIRECT),
            away(),
            GatewayMesh.gateway());

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
    @ValueSource(ints = {1, 2, 3, 4})
    void itDoesNotMatterHowAProxyCameThere(int seed) {
        Random random = new Random(seed);
        GatewayMesh mesh = GatewayMesh.httpDemo().put(SERVICES);
        MeshSnapshot before = mesh.snapshot();
        List<Told> told = new ArrayList<>();
        PROXIES.forEach(p -> told.add(new Told(p, mesh.snapshot())));
        Set<String> partial = new HashSet<>();
        for (int step = 0; step < 40; step++) {
            RandomChange.of(random).apply(mesh);
            if (random.nextBoolean()) {
                change(mesh, random);
            }
            MeshSnapshot after = mesh.snapshot();
            Moment moment = new Moment(after);
            Changes changes = Changes.between(before, after);
            for (Told one : told) {
                Work work = changes.of(before, after, one.proxy);
                if (!work.equals(Work.EVERYTHING)) {
                    partial.add(one.proxy.id());
                }
                one.goOn(moment, work);
            }
            before = after;
        }
        assertThat(partial).as("those for whom some step was not everything").hasSameSizeAs(PROXIES);
    }

    /** What a proxy has been told, and what two clients of it hold after all that was pushed. */
    private static final class Told {
        private final ProxyNode proxy;
        private final Holder sotw = Holder.sotw();
        private final Holder delta = Holder.delta();
        private Configs.Told told;

        Told(ProxyNode proxy, MeshSnapshot mesh) {
            this.proxy = proxy;
            this.told = Configs.told(new Moment(mesh), proxy, true);
            push();
        }

        void goOn(Moment after, Work work) {
            told = Configs.next(told, after, proxy, true, work);
            Configs.Told anew = Configs.told(new Moment(after.mesh()), proxy, true);
            assertThat(told.config().resources())
                    .as(() -> proxy.id() + " by way of " + work)
                    .isEqualTo(anew.config().resources());
            assertThat(told.problemsByType()).isEqualTo(anew.problemsByType());
            push();
        }

        private void push() {
            for (Holder holder : List.of(sotw, delta)) {
                holder.take(told.config());
                assertThat(holder.held()).isEqualTo(Holder.all(told.config()));
            }
        }
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
}
