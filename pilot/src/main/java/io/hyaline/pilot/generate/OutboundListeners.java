package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.hyaline.model.Endpoint;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The listener that takes every outbound connection, and those that it hands over to by destination. */
final class OutboundListeners {
    private final MeshSnapshot snapshot;
    private final MeshConfig mesh;
    private final ProxyNode node;
    private final Outbound outbound;
    private final String wildcard;

    private OutboundListeners(MeshSnapshot snapshot, ProxyNode node, Outbound outbound) {
        this.snapshot = snapshot;
        this.mesh = snapshot.mesh();
        this.node = node;
        this.outbound = outbound;
        this.wildcard = node.ipv6Only() ? "::" : "0.0.0.0";
    }

    static List<Listener> of(MeshSnapshot snapshot, ProxyNode node, Outbound outbound) {
        OutboundListeners listeners = new OutboundListeners(snapshot, node, outbound);
        List<Listener> all = new ArrayList<>();
        all.add(listeners.catchAll());
        outbound.ports().forEach(port -> all.addAll(listeners.of(port)));
        return all;
    }

    private Listener catchAll() {
        Listener.Builder listener = Listener.newBuilder()
                .setName(Names.VIRTUAL_OUTBOUND)
                .setAddress(Protos.address(wildcard, Names.OUTBOUND_PORT))
                .setUseOriginalDst(BoolValue.of(true))
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .addAllAccessLog(AccessLogs.ofListener(mesh.accessLog()))
                .addFilterChains(FilterChain.newBuilder()
                        .setName("virtualOutbound-blackhole")
                        .setFilterChainMatch(
                                FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(Names.OUTBOUND_PORT)))
                        .addFilters(TcpProxies.to(mesh, Names.BLACK_HOLE_CLUSTER, Names.BLACK_HOLE_CLUSTER)))
                .addFilterChains(FilterChain.newBuilder()
                        .setName("virtualOutbound-catchall-tcp")
                        .addFilters(toUnknown()));
        if (node.interception() == InterceptionMode.TPROXY) {
            listener.setTransparent(BoolValue.of(true));
        }
        return listener.build();
    }

    private Filter toUnknown() {
        String cluster = outbound.allowAny() ? Names.PASSTHROUGH_CLUSTER : Names.BLACK_HOLE_CLUSTER;
        return TcpProxies.to(mesh, cluster, cluster);
    }

    private List<Listener> of(Outbound.Port port) {
        int number = port.port().port();
        if (port.port().protocol().isHttp()) {
            return List.of(http(number));
        }
        if (!port.service().headless()) {
            return port.service().addresses().stream()
                    .filter(address -> address.contains(":") == node.ipv6Only() || !node.ipv6Only())
                    .map(address -> tcp(address, number, port))
                    .toList();
        }
        return snapshot.endpointsOf(port.service().key(), port.port().name()).stream()
                .filter(endpoint -> Endpoints.serves(port.service(), endpoint))
                .filter(endpoint -> !node.addresses().contains(endpoint.address()))
                .map(endpoint -> headless(endpoint, port))
                .toList();
    }

    /** Shared by all HTTP Services with this port; whatever is not HTTP/1.1 or HTTP/2 goes where it wanted to go. */
    private Listener http(int port) {
        String name = bindName(wildcard, port);
        return sniffing(wildcard, port)
                .addFilterChains(httpChain(HttpConnections.outbound(mesh, "outbound_" + name, String.valueOf(port))))
                .setDefaultFilterChain(FilterChain.newBuilder()
                        .setName("PassthroughFilterChain")
                        .addFilters(toUnknown()))
                .build();
    }

    private Listener headless(Endpoint endpoint, Outbound.Port port) {
        return tcp(endpoint.address(), endpoint.port(), port);
    }

    private Listener tcp(String address, int number, Outbound.Port port) {
        FilterChain.Builder bytes =
                FilterChain.newBuilder().addFilters(TcpProxies.to(mesh, port.cluster(), port.cluster()));
        if (port.port().protocol() != Protocol.AUTO) {
            return listener(address, number).addFilterChains(bytes).build();
        }
        Filter manager =
                HttpConnections.outboundSniffed(mesh, "outbound_" + bindName(address, number), port.routeName());
        return sniffing(address, number)
                .addFilterChains(httpChain(manager))
                .setDefaultFilterChain(bytes.setName("PassthroughFilterChain"))
                .build();
    }

    private static FilterChain httpChain(Filter manager) {
        return FilterChain.newBuilder()
                .setFilterChainMatch(FilterChainMatch.newBuilder()
                        .setTransportProtocol("raw_buffer")
                        .addAllApplicationProtocols(ChainSpec.PLAIN_HTTP))
                .addFilters(manager)
                .build();
    }

    private Listener.Builder listener(String address, int port) {
        return Listener.newBuilder()
                .setName(bindName(address, port))
                .setAddress(Protos.address(address, port))
                .setBindToPort(BoolValue.of(false))
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .setContinueOnListenerFiltersTimeout(true)
                .setListenerFiltersTimeout(Protos.duration(mesh.protocolDetectionTimeout()))
                .addAllAccessLog(AccessLogs.ofListener(mesh.accessLog()));
    }

    /** Not for declared TCP: there the server may speak first, and reading would wait for ever. */
    private Listener.Builder sniffing(String address, int port) {
        return listener(address, port)
                .addListenerFilters(Inspectors.tls(Set.of()))
                .addListenerFilters(Inspectors.http(Set.of()));
    }

    private static String bindName(String address, int port) {
        return Names.bracketed(address) + "_" + port;
    }
}
