package io.hyaline.pilot.generate;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.SidecarScope;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.policy.Rules;
import io.hyaline.pilot.route.Delegates;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.route.MeshServices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy may call, and what is said of the way there.
 *
 * @param services in order of key
 * @param allowAny the rest of the world is open
 * @param destinations what routes have to know of hosts; also of those that this proxy does not call directly
 */
record Outbound(List<Service> services, boolean allowAny, Destinations destinations, MeshServices virtualServices) {
    static Outbound of(MeshSnapshot mesh, ProxyNode node, @Nullable SidecarScope scope) {
        List<Service> visible = new ArrayList<>();
        for (Service service : mesh.services().values()) {
            boolean reachable =
                    service.externalName().isEmpty() && !service.ports().isEmpty();
            boolean inScope = scope == null || scope.sees(node.namespace(), service);
            if (reachable && inScope && service.visibleIn(node.namespace())) {
                visible.add(service);
            }
        }
        visible.sort(Comparator.comparing(Service::key));
        Map<String, Service> byHost = new HashMap<>();
        visible.forEach(s -> byHost.putIfAbsent(s.host(), s));
        Boolean own = scope == null ? null : scope.allowAnyOutbound();
        return new Outbound(
                List.copyOf(byHost.size() == visible.size() ? visible : oneForEachHost(visible)),
                own == null ? mesh.mesh().allowAnyOutbound() : own,
                new Destinations(byHost, Rules.of(mesh, node)),
                new MeshServices(Delegates.inPlace(mesh.traffic().virtualServices()).stream()
                        .filter(v -> v.boundTo(VirtualService.MESH) && v.visibleIn(node.namespace()))
                        .filter(v -> scope == null
                                || scope.sees(node.namespace(), v.key().namespace(), v.hosts()))
                        .toList()));
    }

    private static List<Service> oneForEachHost(List<Service> services) {
        Set<String> seen = new HashSet<>();
        return services.stream().filter(s -> seen.add(s.host())).toList();
    }

    Rules rules() {
        return destinations.rules();
    }

    /** The Sidecar object that holds for a proxy: by selector, else its namespace's, else the root namespace's. */
    static @Nullable SidecarScope scope(MeshSnapshot mesh, ProxyNode node) {
        SidecarScope selected = oldest(mesh, node.namespace(), node.labels(), true);
        if (selected != null) {
            return selected;
        }
        SidecarScope local = oldest(mesh, node.namespace(), node.labels(), false);
        return local != null ? local : oldest(mesh, mesh.mesh().rootNamespace(), node.labels(), false);
    }

    private static @Nullable SidecarScope oldest(
            MeshSnapshot mesh, String namespace, Map<String, String> labels, boolean withSelector) {
        return mesh.sidecars().stream()
                .filter(s -> s.key().namespace().equals(namespace))
                .filter(s -> s.selector().isEmpty() != withSelector)
                .filter(s -> labels.entrySet().containsAll(s.selector().entrySet()))
                .min(Comparator.comparing(SidecarScope::created).thenComparing(SidecarScope::key))
                .orElse(null);
    }

    /** One port of one visible Service; UDP is left to the kernel. */
    record Port(Service service, ServicePort port) {
        String routeName() {
            return service.host() + ":" + port.port();
        }

        /** No address tells it apart: it shares the listener of its port with all others of the kind. */
        boolean anyAddress() {
            return port.protocol().isHttp() || (service.addresses().isEmpty() && !service.headless());
        }

        /** Requests find it by their host, among all others of the port. */
        boolean sharesRoutes() {
            return port.protocol().isHttp() || (port.protocol() == Protocol.AUTO && anyAddress());
        }
    }

    /** The cluster of each port, and those of its subsets. */
    List<Upstream> upstreams() {
        return Upstream.of(ports(), rules());
    }

    /** Those of some Services only. */
    List<Upstream> upstreams(Set<ObjectKey> of) {
        List<Service> some = services.stream().filter(s -> of.contains(s.key())).toList();
        return Upstream.of(ports(some), rules());
    }

    List<Port> ports() {
        return ports(services);
    }

    private static List<Port> ports(List<Service> services) {
        List<Port> all = new ArrayList<>();
        for (Service service : services) {
            for (ServicePort port : service.ports()) {
                if (port.protocol() != Protocol.UDP) {
                    all.add(new Port(service, port));
                }
            }
        }
        return all;
    }
}
