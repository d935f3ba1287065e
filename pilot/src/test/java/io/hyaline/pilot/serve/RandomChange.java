package io.hyaline.pilot.serve;

import io.hyaline.pilot.fixture.GatewayMesh;
import java.util.List;
import java.util.Random;

/** An object that comes, becomes another one, or goes. */
record RandomChange(String object, boolean gone) {
    private static final List<String> HOSTS = List.of("app", "httpbin", "headless", "other.example.com");

    static RandomChange of(Random random) {
        RandomChange change = new RandomChange(object(random), random.nextInt(4) == 0);
        return change;
    }

    void apply(GatewayMesh mesh) {
        if (gone) {
            mesh.objects().remove(object);
        } else {
            mesh.put(object);
        }
    }

    private static String object(Random random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> virtualService(random);
            case 3, 4 -> rule(random);
            case 5 -> service(random);
            case 6 -> filter(random);
            case 7 -> sidecar(random);
            case 8 -> policy(random);
            default -> entry(random);
        };
    }

    private static String one(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static String exported(Random random) {
        return one(random, "", "exportTo: [.], ", "exportTo: ['*'], ", "exportTo: [other], ");
    }

    private static String custom(String group, String kind, String namespace, String name, String spec) {
        return """
                apiVersion: %s.istio.io/v1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: {%s}
                """.formatted(group, kind, name, namespace, spec);
    }

    private static String virtualService(Random random) {
        if (random.nextInt(6) == 0) {
            return custom(
                    "networking",
                    "VirtualService",
                    "default",
                    "delegate",
                    "http: [{match: [{uri: {prefix: /d%d}}], route: [{destination: {host: app, port: {number: 8000}}}]}]"
                            .formatted(random.nextInt(3)));
        }
        String host = HOSTS.get(random.nextInt(HOSTS.size()));
        String destination = "{host: %s, port: {number: 8000}, subset: %s}"
                .formatted(HOSTS.get(random.nextInt(3)), one(random, "v1", "v2", "''"));
        String said = one(
                random,
                "http: [{route: [{destination: %s}]}]".formatted(destination),
                "http: [{timeout: %ds, route: [{destination: %s}]}]".formatted(1 + random.nextInt(3), destination),
                "http: [{match: [{sourceLabels: {app: sleep}}], route: [{destination: %s}]}]".formatted(destination),
                "tcp: [{route: [{destination: %s}]}]".formatted(destination),
                "http: [{match: [{uri: {prefix: /}}], delegate: {name: delegate, namespace: default}}]");
        String gateways = one(
                random,
                "",
                "gateways: [default/httpbin-gw-httpprotocol], ",
                "gateways: [mesh, default/passing], ",
                "gateways: [default/none], ");
        return custom(
                "networking",
                "VirtualService",
                one(random, "default", "other", "istio-system"),
                "v" + random.nextInt(2),
                "hosts: [%s], %s%s%s"
                        .formatted(
                                host.contains(".") ? host : host + ".default.svc.cluster.local",
                                exported(random),
                                gateways,
                                said.replace("host: app", "host: app.default.svc.cluster.local")
                                        .replace("host: httpbin", "host: httpbin.default.svc.cluster.local")
                                        .replace("host: headless", "host: headless.default.svc.cluster.local")));
    }

    private static String rule(Random random) {
        String balancing = one(
                random,
                "",
                "loadBalancer: {simple: PASSTHROUGH}, ",
                "loadBalancer: {consistentHash: {httpHeaderName: x}}, ",
                "loadBalancer: {consistentHash: {useSourceIp: true}}, ");
        String more = one(
                random,
                "",
                "connectionPool: {tcp: {idleTimeout: 9s}}",
                "tls: {mode: DISABLE}",
                "tls: {mode: SIMPLE, credentialName: site0}",
                "portLevelSettings: [{port: {number: 8000}, loadBalancer: {consistentHash: {httpHeaderName: y}}}]");
        return custom(
                "networking",
                "DestinationRule",
                one(random, "default", "other", "istio-system"),
                "r" + random.nextInt(2),
                "host: '%s', %s%strafficPolicy: {%s%s}%s"
                        .formatted(
                                one(
                                        random,
                                        "app.default.svc.cluster.local",
                                        "headless.default.svc.cluster.local",
                                        "*.example.com",
                                        "*.svc.cluster.local"),
                                exported(random),
                                one(random, "", "", "workloadSelector: {matchLabels: {app: sleep}}, "),
                                balancing,
                                more,
                                one(
                                        random,
                                        "",
                                        ", subsets: [{name: v1, labels: {version: v1}}]",
                                        ", subsets: [{name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer:"
                                                + " {simple: PASSTHROUGH}}}]")));
    }

    private static String service(Random random) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s, annotations: {networking.istio.io/exportTo: '%s'}}
                spec: {clusterIP: %s, selector: {app: %s}, ports: [{name: %s, port: %d, targetPort: %d}]}
                """.formatted(
                        one(random, "app", "extra"),
                        one(random, "default", "other"),
                        one(random, ".", "*", "other"),
                        one(random, "10.96.0.70", "10.96.0.72", "None"),
                        one(random, "app", "sleep", "away"),
                        one(random, "http", "tcp", "any"),
                        one(random, "8000", "80").equals("80") ? 80 : 8000,
                        8000 + random.nextInt(2));
    }

    private static String filter(Random random) {
        String patch = one(
                random,
                "{applyTo: CLUSTER, match: {}, patch: {operation: MERGE, value: {connect_timeout: %ds}}}"
                        .formatted(1 + random.nextInt(4)),
                "{applyTo: CLUSTER, match: {context: SIDECAR_OUTBOUND}, patch: {operation: ADD, value: {name: added}}}",
                "{applyTo: CLUSTER, match: {cluster: {service: app.default.svc.cluster.local}}, patch: {operation:"
                        + " REMOVE}}",
                "{applyTo: CLUSTER, match: {}, patch: {operation: MERGE, value: {transport_socket: {name: envoy.transport_sockets.tls,"
                        + " typed_config: {'@type': type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer}}}}}",
                "{applyTo: NETWORK_FILTER, match: {context: ANY, listener: {filterChain: {filter: {name:"
                        + " envoy.filters.network.tcp_proxy}}}}, patch: {operation: MERGE, value: {name: other}}}",
                "{applyTo: HTTP_ROUTE, match: {context: GATEWAY}, patch: {operation: MERGE, value: {name: patched}}}",
                "{applyTo: VIRTUAL_HOST, match: {context: SIDECAR_OUTBOUND}, patch: {operation: MERGE, value:"
                        + " {include_request_attempt_count: false}}}");
        return custom(
                "networking",
                "EnvoyFilter",
                one(random, "default", "other", "istio-system"),
                "f" + random.nextInt(2),
                one(random, "", "workloadSelector: {labels: {app: sleep}}, ") + "configPatches: [" + patch + "]");
    }

    private static String sidecar(Random random) {
        return custom(
                "networking",
                "Sidecar",
                one(random, "default", "other", "istio-system"),
                "s",
                one(random, "", "workloadSelector: {labels: {app: sleep}}, ")
                        + one(
                                random,
                                "egress: [{hosts: ['./*']}]",
                                "egress: [{hosts: ['default/app.default.svc.cluster.local']}]",
                                "egress: [{hosts: ['*/*']}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}",
                                "ingress: [{port: {number: 8001, protocol: HTTP, name: http}, defaultEndpoint:"
                                        + " 127.0.0.1:8001}]"));
    }

    private static String policy(Random random) {
        return custom(
                "security",
                "PeerAuthentication",
                one(random, "default", "other", "istio-system"),
                "p" + random.nextInt(2),
                one(random, "", "selector: {matchLabels: {app: app}}, ", "selector: {matchLabels: {app: away}}, ")
                        + "mtls: {mode: %s}".formatted(one(random, "STRICT", "DISABLE", "PERMISSIVE")));
    }

    private static String entry(Random random) {
        return custom(
                "networking",
                "ServiceEntry",
                one(random, "default", "other"),
                "e" + random.nextInt(2),
                "hosts: [%s], %sports: [{number: 8000, name: %s, protocol: %s}], resolution: %s, location: %s, endpoints: [%s]"
                        .formatted(
                                one(random, "other.example.com", "app.default.svc.cluster.local"),
                                exported(random),
                                "p",
                                one(random, "HTTP", "TCP", "TLS"),
                                one(random, "STATIC", "DNS"),
                                one(random, "MESH_EXTERNAL", "MESH_INTERNAL"),
                                one(random, "{address: 1.2.3.4}", "{address: 1.2.3.5}, {address: 1.2.3.4}")));
    }
}
