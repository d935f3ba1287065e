package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.pilot.route.RetryPolicies;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Route configurations: the inline ones of inbound chains, and those that outbound listeners ask for by name. */
final class Routes {
    private static final int MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024;

    private Routes() {}

    static RouteConfiguration inbound(String cluster, int servicePort, String operation) {
        return RouteConfiguration.newBuilder()
                .setName(cluster)
                .setValidateClusters(BoolValue.of(false))
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName("inbound|http|" + servicePort)
                        .addDomains("*")
                        .addRoutes(Route.newBuilder()
                                .setName("default")
                                .setMatch(everything())
                                .setDecorator(Decorator.newBuilder().setOperation(operation))
                                .setRoute(RouteAction.newBuilder()
                                        .setCluster(cluster)
                                        .setTimeout(Protos.ZERO)
                                        .setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                                                .setMaxStreamDuration(Protos.ZERO)
                                                .setGrpcTimeoutHeaderMax(Protos.ZERO)))))
                .build();
    }

    /** By name: a port number for HTTP ports, {@code host:port} for sniffed ones. */
    static List<RouteConfiguration> outbound(ProxyNode node, Outbound outbound) {
        SortedMap<Integer, List<Outbound.Port>> byPort = new TreeMap<>();
        List<RouteConfiguration> all = new ArrayList<>();
        for (Outbound.Port port : outbound.ports()) {
            if (port.port().protocol().isHttp()) {
                byPort.computeIfAbsent(port.port().port(), _ -> new ArrayList<>())
                        .add(port);
            } else if (port.port().protocol() == Protocol.AUTO) {
                all.add(named(port.routeName())
                        .addVirtualHosts(virtualHost(port).addDomains("*"))
                        .build());
            }
        }
        byPort.forEach((number, ports) -> all.add(shared(String.valueOf(number), ports, node, outbound.allowAny())));
        return all;
    }

    private static RouteConfiguration shared(String name, List<Outbound.Port> ports, ProxyNode node, boolean allowAny) {
        RouteConfiguration.Builder routes = named(name);
        Set<String> taken = new HashSet<>();
        for (Outbound.Port port : ports) {
            VirtualHost.Builder host = virtualHost(port);
            domains(port.service(), node).stream().filter(taken::add).forEach(host::addDomains);
            if (host.getDomainsCount() > 0) {
                routes.addVirtualHosts(host);
            }
        }
        return routes.addVirtualHosts(allowAny ? allowAny() : blockAll()).build();
    }

    private static RouteConfiguration.Builder named(String name) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .setValidateClusters(BoolValue.of(false))
                .setMaxDirectResponseBodySizeBytes(UInt32Value.of(MAX_DIRECT_RESPONSE_BYTES))
                .setIgnorePortInHostMatching(true);
    }

    private static VirtualHost.Builder virtualHost(Outbound.Port port) {
        return VirtualHost.newBuilder()
                .setName(port.routeName())
                .setIncludeRequestAttemptCount(true)
                .addRoutes(Route.newBuilder()
                        .setName("default")
                        .setMatch(everything())
                        .setDecorator(Decorator.newBuilder().setOperation(port.routeName() + "/*"))
                        .setRoute(RouteAction.newBuilder()
                                .setCluster(port.cluster())
                                .setTimeout(Protos.ZERO)
                                .setRetryPolicy(RetryPolicies.standard())
                                .setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                                        .setMaxStreamDuration(Protos.ZERO)
                                        .setGrpcTimeoutHeaderMax(Protos.ZERO))));
    }

    /** All names by which DNS knows a Service from the proxy's namespace, then its addresses. */
    static List<String> domains(Service service, ProxyNode node) {
        String name = service.key().name();
        String namespace = service.key().namespace();
        List<String> names = new ArrayList<>();
        names.add(service.host());
        if (namespace.equals(node.namespace())) {
            names.add(name);
        }
        names.add(name + "." + namespace);
        names.add(name + "." + namespace + ".svc");
        List<String> domains = new ArrayList<>(names);
        if (service.headless()) {
            names.forEach(n -> domains.add("*." + n));
        }
        service.addresses().forEach(address -> domains.add(Names.bracketed(address)));
        return domains;
    }

    private static VirtualHost allowAny() {
        return VirtualHost.newBuilder()
                .setName("allow_any")
                .addDomains("*")
                .setIncludeRequestAttemptCount(true)
                .addRoutes(Route.newBuilder()
                        .setName("allow_any")
                        .setMatch(everything())
                        .setRoute(RouteAction.newBuilder()
                                .setCluster(Names.PASSTHROUGH_CLUSTER)
                                .setTimeout(Duration.getDefaultInstance())
                                .setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                                        .setMaxStreamDuration(Protos.ZERO)
                                        .setGrpcTimeoutHeaderMax(Protos.ZERO))))
                .build();
    }

    private static VirtualHost blockAll() {
        return VirtualHost.newBuilder()
                .setName("block_all")
                .addDomains("*")
                .addRoutes(Route.newBuilder()
                        .setName("block_all")
                        .setMatch(everything())
                        .setDirectResponse(DirectResponseAction.newBuilder().setStatus(502)))
                .build();
    }

    private static RouteMatch everything() {
        return RouteMatch.newBuilder().setPrefix("/").build();
    }
}
