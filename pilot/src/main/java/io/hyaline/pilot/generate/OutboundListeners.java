package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.filter.AccessLogs;
import io.hyaline.pilot.filter.HttpConnections;
import io.hyaline.pilot.filter.Inspectors;
import io.hyaline.pilot.filter.TcpProxies;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The listener that takes every outbound connection, and those that it hands over to by destination. */
final class OutboundListeners {
    private final MeshSnapshot snapshot;
    private final MeshConfig mesh;
    private final ProxyNode node;
    private final Outbound outbound;
    private final OutboundChains chains;
    private final String wildcard;

    private OutboundListeners(MeshSnapshot snapshot, ProxyNode node, Outbound outbound) {
        this.snapshot = snapshot;
        this.mesh = snapshot.mesh();
        this.node = node;
        this.outbound = outbound;
        this.chains = new OutboundChains(mesh, node, outbound);
        this.wildcard = Wildcards.of(node);
    }

    static List<Listener> of(MeshSnapshot snapshot, ProxyNode node, Outbound outbound) {
        OutboundListeners listeners = new OutboundListeners(snapshot, node, outbound);
        List<Listener> all = new ArrayList<>();
        all.add(listeners.catchAll());
        SortedMap<Integer, List<Outbound.Port>> shared = new TreeMap<>();
        for (Outbound.Port port : outbound.ports()) {
            if (port.anyAddress()) {
                shared.computeIfAbsent(port.port().port(), _ -> new ArrayList<>())
                        .add(port);
            } else {
                all.addAll(listeners.atAddresses(port));
            }
        }
        shared.forEach((number, ports) -> all.add(listeners.shared(number, ports)));
        return all;
    }

    private Listener catchAll() {
        Listener.Builder listener = Listener.newBuilder()
                .setName(Names.VIRTUAL_OUTBOUND)
                .setUseOriginalDst(BoolValue.of(true))
                .setTrafficDirection(TrafficDirection.OUTBOUND)
                .addAllAccessLog(AccessLogs.ofListener(mesh.accessLog()))
                .addFilterChains(FilterChain.newBuilder()
                        .setName("virtualOutbound-blackhole")
                        .setFilterChainMatch(
                                FilterChainMatch.newBuilder().setDestinationPort(Protos.uint32(Names.OUTBOUND_PORT)))
                        .addFilters(TcpProxies.to(mesh, Names.BLACK_HOLE_CLUSTER)))
                .addFilterChains(FilterChain.newBuilder()
                        .setName("virtualOutbound-catchall-tcp")
                        .addFilters(toUnknown()));
        Wildcards.bind(listener, node, Names.OUTBOUND_PORT);
        if (node.interception() == InterceptionMode.TPROXY) {
            listener.setTransparent(BoolValue.of(true));
        }
        return listener.build();
    }

    private Filter toUnknown() {
        String cluster = outbound.allowAny() ? Names.PASSTHROUGH_CLUSTER : Names.BLACK_HOLE_CLUSTER;
        return TcpProxies.to(mesh, cluster);
    }

    private List<Listener> atAddresses(Outbound.Port port) {
        if (!port.service().headless()) {
            return port.service().addresses().stream()
                    .filter(node.families()::has)
                    .map(address -> own(address, port.port().port(), port))
                    .toList();
        }
        return snapshot.endpointsOf(port.service().key(), port.port().name()).stream()
                .filter(endpoint -> port.service().serves(endpoint))
                .filter(endpoint -> node.families().has(endpoint.address()))
                .filter(endpoint -> !node.addresses().contains(endpoint.address()))
                .map(endpoint -> own(endpoint.address(), endpoint.port(), port))
                .toList();
    }

    /**
     * Shared by all that has this port and no address to tell it apart. Requests find their way by their host, TLS by its
     * server name; the rest goes to the first that takes bytes, else where it wanted to go.
     */
    private Listener shared(int number, List<Outbound.Port> ports) {
        String name = bindName(wildcard, number);
        boolean requests = ports.stream().anyMatch(Outbound.Port::sharesRoutes);
        Listener.Builder listener = listener(wildcard, number).addListenerFilters(Inspectors.tls(Set.of()));
        Wildcards.bind(listener, node, number);
        if (requests) {
            listener.addListenerFilters(Inspectors.http(Set.of()));
        }
        Set<String> serverNames = new HashSet<>();
        ports.stream()
                .filter(port -> port.port().protocol().speaksTls())
                .forEach(port -> listener.addAllFilterChains(chains.byServerName(port, serverNames)));
        if (requests) {
            listener.addFilterChains(
                    httpChain(HttpConnections.outbound(mesh, "outbound_" + name, String.valueOf(number))));
        }
        FilterChain.Builder rest = FilterChain.newBuilder()
                .setName("PassthroughFilterChain")
                .addFilters(ports.stream()
                        .filter(port -> !port.port().protocol().isHttp()
                                && !port.port().protocol().speaksTls())
                        .findFirst()
                        .map(chains::toService)
                        .orElseGet(this::toUnknown));
        if (listener.getFilterChainsCount() == 0) {
            return listener.clearListenerFilters()
                    .addFilterChains(rest.clearName())
                    .build();
        }
        return listener.setDefaultFilterChain(rest).build();
    }

    /** Of one Service alone. */
    private Listener own(String address, int number, Outbound.Port port) {
        Listener.Builder listener = listener(address, number);
        List<FilterChain> matched = new ArrayList<>();
        if (port.port().protocol().speaksTls()) {
            matched.addAll(chains.byRoutes(port, new HashSet<>()));
        }
        OutboundChains.Bytes bytes = chains.bytes(port);
        matched.addAll(bytes.matched());
        if (!matched.isEmpty() && port.port().protocol().speaksTls()) {
            listener.addListenerFilters(Inspectors.tls(Set.of()));
        }
        if (port.port().protocol() == Protocol.AUTO) {
            Filter manager = HttpConnections.outbound(mesh, "outbound_" + bindName(address, number), port.routeName());
            return listener.addListenerFilters(Inspectors.tls(Set.of()))
                    .addListenerFilters(Inspectors.http(Set.of()))
                    .addFilterChains(httpChain(manager))
                    .addAllFilterChains(matched)
                    .setDefaultFilterChain(bytes.rest().toBuilder().setName("PassthroughFilterChain"))
                    .build();
        }
        return listener.addAllFilterChains(matched)
                .addFilterChains(bytes.rest())
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

    /** Declared TCP has no inspectors: there the server may speak first, and reading would wait for ever. */
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

    private static String bindName(String address, int port) {
        return Names.bracketed(address) + "_" + port;
    }
}
