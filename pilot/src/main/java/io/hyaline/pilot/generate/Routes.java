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
import io.hyaline.model.VirtualService;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.Destination;
import io.hyaline.pilot.route.HttpRoutes;
import io.hyaline.pilot.route.RetryPolicies;
import io.hyaline.pilot.wire.Announcement;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Route configurations: the inline ones of inbound chains, and those that outbound listeners ask for by name. */
final class Routes {
    private static final int MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024;

    /** VirtualServices for hosts that nobody has told of are served here. */
    private static final int PORT_OF_UNKNOWN_HOSTS = 80;

    private final ProxyNode node;
    private final Outbound outbound;

    private Routes(ProxyNode node, Outbound outbound) {
        this.node = node;
        this.outbound = outbound;
    }

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

    /** By name: a port number for what requests share, {@code host:port} for sniffed ports with an address. */
    static List<RouteConfiguration> outbound(ProxyNode node, Outbound outbound) {
        Routes routes = new Routes(node, outbound);
        SortedMap<Integer, List<Outbound.Port>> byPort = new TreeMap<>();
        List<RouteConfiguration> all = new ArrayList<>();
        for (Outbound.Port port : outbound.ports()) {
            if (port.sharesRoutes()) {
                byPort.computeIfAbsent(port.port().port(), _ -> new ArrayList<>())
                        .add(port);
            } else if (port.port().protocol() == Protocol.AUTO) {
                all.add(named(port.routeName())
                        .addVirtualHosts(routes.virtualHost(port).addDomains("*"))
                        .build());
            }
        }
        byPort.forEach((number, ports) -> all.add(routes.shared(number, ports)));
        return all;
    }

    private RouteConfiguration shared(int number, List<Outbound.Port> ports) {
        RouteConfiguration.Builder routes = named(String.valueOf(number));
        Set<String> taken = new HashSet<>();
        for (Outbound.Port port : ports) {
            VirtualHost.Builder host = virtualHost(port);
            domains(port.service(), node).stream().filter(taken::add).forEach(host::addDomains);
            if (host.getDomainsCount() > 0) {
                routes.addVirtualHosts(host);
            }
        }
        for (VirtualService service : outbound.virtualServices().all()) {
            unknown(service, number).stream()
                    .filter(taken::add)
                    .forEach(h -> routes.addVirtualHosts(unknownHost(h, number, service)));
        }
        return routes.addVirtualHosts(outbound.allowAny() ? allowAny() : blockAll())
                .build();
    }

    /**
     * The hosts of a VirtualService that no Service has. They are served at the ports of those that it has beside them,
     * and without any at port 80.
     */
    private List<String> unknown(VirtualService service, int port) {
        Set<Integer> ports = new HashSet<>();
        List<String> unknown = new ArrayList<>();
        for (String host : service.hosts()) {
            List<Service> known = outbound.services().stream()
                    .filter(s -> Hosts.isWithin(s.host(), host))
                    .toList();
            if (known.isEmpty()) {
                unknown.add(host);
            }
            known.forEach(
                    s -> s.ports().stream().filter(p -> p.protocol().isHttp()).forEach(p -> ports.add(p.port())));
        }
        boolean here = ports.isEmpty() ? port == PORT_OF_UNKNOWN_HOSTS : ports.contains(port);
        return here
                        && !HttpRoutes.of(service, asking(port), outbound.destinations())
                                .isEmpty()
                ? unknown
                : List.of();
    }

    private VirtualHost unknownHost(String host, int port, VirtualService service) {
        return VirtualHost.newBuilder()
                .setName(host + ":" + port)
                .addDomains(host)
                .setIncludeRequestAttemptCount(true)
                .addAllRoutes(HttpRoutes.of(service, asking(port), outbound.destinations()))
                .build();
    }

    private Caller.Asking asking(int port) {
        return new Caller.Asking(port, Set.of(VirtualService.MESH), node.labels(), node.namespace());
    }

    private static RouteConfiguration.Builder named(String name) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .setValidateClusters(BoolValue.of(false))
                .setMaxDirectResponseBodySizeBytes(UInt32Value.of(MAX_DIRECT_RESPONSE_BYTES))
                .setIgnorePortInHostMatching(true);
    }

    /** What the VirtualService of the host says, as far as it is for this proxy; else everything to the Service. */
    private VirtualHost.Builder virtualHost(Outbound.Port port) {
        VirtualService said = outbound.virtualServices()
                .of(port.service().host(), v -> !v.http().isEmpty());
        int number = port.port().port();
        List<Route> routes = said == null ? List.of() : HttpRoutes.of(said, asking(number), outbound.destinations());
        return VirtualHost.newBuilder()
                .setName(port.routeName())
                .setIncludeRequestAttemptCount(true)
                .addAllRoutes(routes.isEmpty() ? List.of(toService(port)) : routes);
    }

    private Route toService(Outbound.Port port) {
        int number = port.port().port();
        String host = port.service().host();
        Destination service = new Destination(host, "", number);
        Route.Builder route = Route.newBuilder();
        if (outbound.destinations().wantAnnouncement(service, number)) {
            route.putTypedPerFilterConfig(Announcement.FILTER, Announcement.OF_HTTP);
        }
        return route.setName("default")
                .setMatch(everything())
                .setDecorator(Decorator.newBuilder().setOperation(port.routeName() + "/*"))
                .setRoute(RouteAction.newBuilder()
                        .setCluster(Names.outboundCluster(number, "", host))
                        .setTimeout(Protos.ZERO)
                        .setRetryPolicy(RetryPolicies.standard())
                        .addAllHashPolicy(outbound.destinations().hashPolicies(service, number))
                        .setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                                .setMaxStreamDuration(Protos.ZERO)
                                .setGrpcTimeoutHeaderMax(Protos.ZERO)))
                .build();
    }

    /** All names by which DNS knows a Service from the proxy's namespace, then its addresses. */
    static List<String> domains(Service service, ProxyNode node) {
        String name = service.key().name();
        String namespace = service.key().namespace();
        List<String> names = new ArrayList<>();
        names.add(service.host());
        boolean ofKubernetes = service.host().startsWith(name + "." + namespace + ".svc");
        if (!ofKubernetes) {
            addresses(service, node).forEach(names::add);
            return names;
        }
        if (namespace.equals(node.namespace())) {
            names.add(name);
        }
        names.add(name + "." + namespace);
        names.add(name + "." + namespace + ".svc");
        List<String> domains = new ArrayList<>(names);
        if (service.headless()) {
            names.forEach(n -> domains.add("*." + n));
        }
        addresses(service, node).forEach(domains::add);
        return domains;
    }

    private static Stream<String> addresses(Service service, ProxyNode node) {
        return service.addresses().stream().filter(node.families()::has).map(Names::bracketed);
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
