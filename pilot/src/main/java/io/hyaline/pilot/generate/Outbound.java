package io.hyaline.pilot.generate;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.pilot.policy.Rules;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.route.MeshServices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a proxy may call, and what is said of the way there.
 *
 * @param services in order of key
 * @param allowAny the rest of the world is open
 * @param destinations what routes have to know of hosts; also of those that this proxy does not call directly
 */
record Outbound(List<Service> services, boolean allowAny, Destinations destinations, MeshServices virtualServices) {
    static Outbound of(Moment moment, ProxyNode node, Sight sight) {
        MeshSnapshot mesh = moment.mesh();
        List<Service> visible = new ArrayList<>();
        for (Service service : mesh.services().values()) {
            if (sight.reaches(service)) {
                visible.add(service);
            }
        }
        visible.sort(Comparator.comparing(Service::key));
        Map<String, Service> byHost = new HashMap<>();
        visible.forEach(s -> byHost.putIfAbsent(s.host(), s));
        Boolean own = sight.scope() == null ? null : sight.scope().allowAnyOutbound();
        return new Outbound(
                List.copyOf(byHost.size() == visible.size() ? visible : oneForEachHost(visible)),
                own == null ? mesh.mesh().allowAnyOutbound() : own,
                new Destinations(byHost, Rules.of(mesh, node)),
                new MeshServices(
                        moment.virtualServices().stream().filter(sight::hears).toList()));
    }

    private static List<Service> oneForEachHost(List<Service> services) {
        Set<String> seen = new HashSet<>();
        return services.stream().filter(s -> seen.add(s.host())).toList();
    }

    Rules rules() {
        return destinations.rules();
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

    /** Those of some hosts only. */
    List<Upstream> upstreams(Set<String> hosts) {
        List<Service> some =
                services.stream().filter(s -> hosts.contains(s.host())).toList();
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
