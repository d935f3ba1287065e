package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.MtlsMode;
import io.hyaline.model.PeerAuthentication;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.SidecarScope;
import io.hyaline.pilot.filter.AccessLogs;
import io.hyaline.pilot.filter.HttpConnections;
import io.hyaline.pilot.filter.Inspectors;
import io.hyaline.pilot.filter.TcpProxies;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The listener that takes every connection to the application: one filter chain set per target port. */
final class InboundListener {
    /** Sockets that speak with the client's address carry it, and the policy route of TPROXY brings their replies back. */
    static final int TPROXY_MARK = 1337;

    private static final int ANY_PORT = 0;

    private final MeshConfig mesh;
    private final ProxyNode node;
    private final List<InboundPort> ports;
    private final PeerAuthentication.Effective mtls;
    private final List<FilterChain> chains = new ArrayList<>();
    private final Set<Integer> portsWithoutTls = new TreeSet<>();
    private final Set<Integer> portsWithoutSniffing = new TreeSet<>();

    private InboundListener(MeshSnapshot snapshot, ProxyNode node, @Nullable SidecarScope scope) {
        this.mesh = snapshot.mesh();
        this.node = node;
        this.ports = InboundPort.of(snapshot, node, scope);
        this.mtls = snapshot.mtls(node.namespace(), node.labels());
    }

    static Listener of(MeshSnapshot snapshot, ProxyNode node, @Nullable SidecarScope scope) {
        return new InboundListener(snapshot, node, scope).build();
    }

    private Listener build() {
        chains.add(FilterChain.newBuilder()
                .setName("virtualInbound-blackhole")
                .setFilterChainMatch(
                        FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(Names.INBOUND_PORT)))
                .addFilters(TcpProxies.to(mesh, Names.BLACK_HOLE_CLUSTER))
                .build());
        passthrough(ANY_PORT, mtls.mode());
        for (int port : new TreeSet<>(mtls.portModes().keySet())) {
            if (ports.stream().noneMatch(p -> p.targetPort() == port)) {
                passthrough(port, mtls.of(port));
            }
        }
        ports.forEach(this::chainsOf);
        return listener().build();
    }

    private Listener.Builder listener() {
        boolean tproxy = node.interception() == InterceptionMode.TPROXY;
        Listener.Builder listener = Listener.newBuilder()
                .setName(Names.VIRTUAL_INBOUND)
                .setTrafficDirection(TrafficDirection.INBOUND)
                .setContinueOnListenerFiltersTimeout(true)
                .setListenerFiltersTimeout(Protos.duration(mesh.protocolDetectionTimeout()))
                .addAllAccessLog(AccessLogs.ofListener(mesh.accessLog()))
                .addListenerFilters(
                        Protos.listenerFilter("envoy.filters.listener.original_dst", OriginalDst.getDefaultInstance()))
                .addAllFilterChains(chains);
        if (tproxy) {
            listener.setTransparent(BoolValue.of(true))
                    .addListenerFilters(Protos.listenerFilter(
                            "envoy.filters.listener.original_src",
                            OriginalSrc.newBuilder().setMark(TPROXY_MARK).build()));
        }
        Wildcards.bind(listener, node, Names.INBOUND_PORT);
        return listener.addListenerFilters(Inspectors.tls(portsWithoutTls))
                .addListenerFilters(Inspectors.http(portsWithoutSniffing));
    }

    /** For ports that no Service has: the application gets the connection, HTTP or not. */
    private void passthrough(int port, MtlsMode mode) {
        for (ChainSpec spec : ChainSpec.of(mode, Protocol.AUTO)) {
            Filter filter = spec.http()
                    ? HttpConnections.inbound(
                            mesh,
                            Names.INBOUND_PASSTHROUGH_CLUSTER,
                            Routes.inbound(Names.INBOUND_PASSTHROUGH_CLUSTER, 0, ":0/*"))
                    : TcpProxies.to(mesh, Names.INBOUND_PASSTHROUGH_CLUSTER);
            String name = spec.http() ? "virtualInbound-catchall-http" : Names.VIRTUAL_INBOUND;
            chains.add(chain(spec, port, name, filter));
        }
    }

    private void chainsOf(InboundPort port) {
        List<ChainSpec> specs = ChainSpec.of(mtls.of(port.targetPort()), port.protocol());
        String cluster = Names.inboundCluster(port.targetPort());
        String name = Names.bracketed(Wildcards.of(node)) + "_" + port.targetPort();
        RouteConfiguration routes =
                Routes.inbound(cluster, port.servicePort(), port.host() + ":" + port.servicePort() + "/*");
        for (ChainSpec spec : specs) {
            Filter filter = spec.http()
                    ? HttpConnections.inbound(mesh, "inbound_" + name, routes)
                    : TcpProxies.to(mesh, cluster);
            chains.add(chain(spec, port.targetPort(), name, filter));
        }
        if (specs.stream().noneMatch(ChainSpec::needsTlsInspector)) {
            portsWithoutTls.add(port.targetPort());
        }
        if (specs.stream().noneMatch(ChainSpec::needsHttpInspector)) {
            portsWithoutSniffing.add(port.targetPort());
        }
    }

    private FilterChain chain(ChainSpec spec, int port, String name, Filter filter) {
        FilterChainMatch.Builder match = FilterChainMatch.newBuilder()
                .setTransportProtocol(spec.tls() ? "tls" : "raw_buffer")
                .addAllApplicationProtocols(spec.alpn());
        if (port != ANY_PORT) {
            match.setDestinationPort(Protos.uint32(port));
        }
        FilterChain.Builder chain = FilterChain.newBuilder()
                .setName(name)
                .setFilterChainMatch(match)
                .addFilters(filter);
        if (spec.endsTls()) {
            chain.setTransportSocket(Tls.inbound(spec.http(), mesh.trustDomain()));
        }
        return chain.build();
    }
}
