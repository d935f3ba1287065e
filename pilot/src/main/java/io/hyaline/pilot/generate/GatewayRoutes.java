package io.hyaline.pilot.generate;

import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.VirtualService;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.route.Caller;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.route.HttpRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The route configurations that a gateway's listeners ask for by name. */
final class GatewayRoutes {
    private static final int MAX_DIRECT_RESPONSE_BYTES = 1024 * 1024;

    private final ProxyNode node;
    private final List<VirtualService> services;
    private final Destinations destinations;

    /** @param services with their delegates in place, oldest first */
    GatewayRoutes(ProxyNode node, List<VirtualService> services, Destinations destinations) {
        this.node = node;
        this.services = services;
        this.destinations = destinations;
    }

    /** All servers of a plaintext port share one. */
    static String sharedName(GatewayPlan.Port port) {
        return "http." + port.number() + (port.bind().isEmpty() ? "" : "." + port.bind());
    }

    /** A server that ends TLS has its own. */
    static String ownName(GatewayPlan.Entry entry) {
        Server server = entry.server();
        return "https." + server.port() + "." + server.portName() + "."
                + entry.gateway().name() + "." + entry.gateway().namespace();
    }

    List<RouteConfiguration> of(GatewayPlan plan) {
        List<RouteConfiguration> all = new ArrayList<>();
        for (GatewayPlan.Port port : plan.ports()) {
            switch (port.kind()) {
                case HTTP -> all.add(configuration(sharedName(port), port.servers()));
                case TLS ->
                    port.servers().stream()
                            .filter(entry -> entry.server().isHttp())
                            .forEach(entry -> all.add(configuration(ownName(entry), List.of(entry))));
                case TCP -> {}
            }
        }
        return all;
    }

    /** A virtual host under construction; the same host may be served by several VirtualServices. */
    private static final class Host {
        private final List<Route> routes = new ArrayList<>();
        private boolean requiresTls;
    }

    private RouteConfiguration configuration(String name, List<GatewayPlan.Entry> servers) {
        SortedMap<String, Host> hosts = new TreeMap<>();
        for (GatewayPlan.Entry entry : servers) {
            services.stream()
                    .filter(service -> service.boundTo(entry.gatewayName()))
                    .forEach(service -> add(entry, service, hosts));
            if (entry.server().redirectsToHttps()) {
                entry.server().hostNames().forEach(h -> hosts.computeIfAbsent(h, _ -> new Host()).requiresTls = true);
            }
        }
        int port = servers.getFirst().server().port();
        RouteConfiguration.Builder routes = RouteConfiguration.newBuilder()
                .setName(name)
                .setValidateClusters(BoolValue.of(false))
                .setMaxDirectResponseBodySizeBytes(UInt32Value.of(MAX_DIRECT_RESPONSE_BYTES))
                .setIgnorePortInHostMatching(true);
        if (hosts.isEmpty()) {
            routes.addVirtualHosts(VirtualHost.newBuilder()
                    .setName("blackhole:" + port)
                    .addDomains("*")
                    .setIncludeRequestAttemptCount(true));
        }
        hosts.forEach((host, content) -> routes.addVirtualHosts(virtualHost(host, port, content)));
        return routes.build();
    }

    private void add(GatewayPlan.Entry entry, VirtualService service, SortedMap<String, Host> hosts) {
        Server server = entry.server();
        List<String> served = Hosts.intersection(server.hostsFor(service.key().namespace()), service.hosts());
        if (served.isEmpty() || service.http().isEmpty()) {
            return;
        }
        Caller.Asking asking =
                new Caller.Asking(server.port(), Set.of(entry.gatewayName()), node.labels(), node.namespace());
        List<Route> routes = HttpRoutes.of(service, asking, destinations);
        for (String name : served) {
            Host host = hosts.computeIfAbsent(name, _ -> new Host());
            routes.stream().filter(r -> !host.routes.contains(r)).forEach(host.routes::add);
            host.requiresTls |= server.redirectsToHttps();
        }
    }

    private static VirtualHost virtualHost(String name, int port, Host host) {
        return VirtualHost.newBuilder()
                .setName(name + ":" + port)
                .addDomains(name)
                .setIncludeRequestAttemptCount(true)
                .setRequireTls(
                        host.requiresTls ? VirtualHost.TlsRequirementType.ALL : VirtualHost.TlsRequirementType.NONE)
                .addAllRoutes(catchAllLast(host.routes))
                .build();
    }

    /** Of several VirtualServices for one host, what takes everything must not hide what takes a part. */
    private static List<Route> catchAllLast(List<Route> routes) {
        List<Route> sorted = new ArrayList<>();
        routes.stream().filter(r -> !takesEverything(r)).forEach(sorted::add);
        routes.stream().filter(GatewayRoutes::takesEverything).forEach(sorted::add);
        return sorted;
    }

    private static boolean takesEverything(Route route) {
        return route.getMatch().getPrefix().equals("/")
                && route.getMatch().getHeadersCount() == 0
                && route.getMatch().getQueryParametersCount() == 0;
    }
}
