package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.hyaline.model.GatewayTopology;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Workload;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.pilot.filter.AccessLogs;
import io.hyaline.pilot.filter.HttpConnections;
import io.hyaline.pilot.filter.Inspectors;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The listeners of a gateway. A server that cannot be served now is left out and named; the others are there. */
final class GatewayListeners {
    /** A client that opens a connection and never says hello is let go. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(15);

    private final MeshConfig mesh;
    private final ProxyNode node;
    private final GatewayTopology topology;
    private final GatewayTls tls;
    private final GatewayConnections connections;
    private final List<Problem> problems = new ArrayList<>();

    GatewayListeners(MeshSnapshot snapshot, ProxyNode node, GatewayTls tls, GatewayConnections connections) {
        this.mesh = snapshot.mesh();
        this.node = node;
        this.topology = topology(snapshot, node);
        this.tls = tls;
        this.connections = connections;
    }

    /** What the pod's own annotation says goes before what the mesh says. */
    private static GatewayTopology topology(MeshSnapshot snapshot, ProxyNode node) {
        GatewayTopology ofMesh = snapshot.mesh().gatewayTopology();
        Workload pod = snapshot.workloads().get(node.pod());
        return pod == null ? ofMesh : pod.topology().over(ofMesh);
    }

    List<Problem> problems() {
        return problems;
    }

    List<Listener> of(GatewayPlan plan) {
        List<Listener> all = new ArrayList<>();
        for (GatewayPlan.Port port : plan.ports()) {
            List<FilterChain> chains = switch (port.kind()) {
                case HTTP ->
                    List.of(requests(port, GatewayRoutes.sharedName(port)).build());
                case TLS ->
                    port.servers().stream()
                            .flatMap(e -> secured(port, e).stream())
                            .toList();
                case TCP -> bytes(port.servers().getFirst());
            };
            if (!chains.isEmpty()) {
                all.add(listener(port, chains));
            }
        }
        return all;
    }

    private Listener listener(GatewayPlan.Port port, List<FilterChain> chains) {
        Listener.Builder listener = Listener.newBuilder()
                .setName(name(port))
                .setAddress(Protos.address(address(port), port.number()))
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .setBindToPort(BoolValue.of(true))
                .addAllAccessLog(AccessLogs.ofListener(mesh.accessLog()))
                .addAllFilterChains(chains);
        if (port.bind().isEmpty()) {
            Wildcards.bind(listener, node, port.number());
        }
        if (topology.proxyProtocol()) {
            listener.addListenerFilters(
                    Protos.listenerFilter("envoy.filters.listener.proxy_protocol", ProxyProtocol.getDefaultInstance()));
        }
        if (port.kind() == GatewayPlan.Kind.TLS) {
            listener.addListenerFilters(Inspectors.tls(Set.of()));
        }
        return listener.build();
    }

    private String address(GatewayPlan.Port port) {
        if (!port.bind().isEmpty()) {
            return port.bind();
        }
        return Wildcards.of(node);
    }

    private String name(GatewayPlan.Port port) {
        return Names.bracketed(address(port)) + "_" + port.number();
    }

    private FilterChain.Builder requests(GatewayPlan.Port port, String routes) {
        return chain(HttpConnections.gateway(mesh, topology, "outbound_" + name(port), routes));
    }

    private static FilterChain.Builder chain(Filter filter) {
        return FilterChain.newBuilder()
                .setTransportSocketConnectTimeout(Protos.duration(HANDSHAKE_TIMEOUT))
                .addFilters(filter);
    }

    private List<FilterChain> secured(GatewayPlan.Port port, GatewayPlan.Entry entry) {
        Server server = entry.server();
        ServerTls how = java.util.Objects.requireNonNull(server.tls(), "the reader asks for it");
        String missing = tls.missing(how);
        if (!missing.isEmpty()) {
            problems.add(entry.problem(missing));
            return List.of();
        }
        String complaint = tls.complaint(how);
        if (!complaint.isEmpty()) {
            problems.add(entry.problem(complaint));
        }
        if (!how.mode().endsTls()) {
            return noted(entry, connections.passedThrough(entry, how.mode()));
        }
        if (!server.isHttp()) {
            return noted(entry, connections.bytes(entry)).stream()
                    .map(chain -> ended(chain.toBuilder(), server, how))
                    .toList();
        }
        return List.of(ended(requests(port, GatewayRoutes.ownName(entry)), server, how));
    }

    private FilterChain ended(FilterChain.Builder chain, Server server, ServerTls how) {
        FilterChainMatch.Builder match = FilterChainMatch.newBuilder();
        if (!server.hostNames().contains("*")) {
            match.addAllServerNames(server.hostNames());
        }
        return chain.setFilterChainMatch(match)
                .setTransportSocket(tls.socket(server, how))
                .build();
    }

    private List<FilterChain> bytes(GatewayPlan.Entry entry) {
        return noted(entry, connections.bytes(entry));
    }

    private List<FilterChain> noted(GatewayPlan.Entry entry, List<FilterChain> chains) {
        if (chains.isEmpty()) {
            problems.add(entry.problem("no VirtualService says where its connections go; the server is off"));
        }
        return chains;
    }
}
