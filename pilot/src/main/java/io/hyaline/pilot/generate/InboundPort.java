package io.hyaline.pilot.generate;

import io.hyaline.model.ContainerPort;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.SidecarScope;
import io.hyaline.model.TargetPort;
import io.hyaline.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A port on which a proxy's application takes calls.
 *
 * @param defaultEndpoint where a Sidecar object says that the application listens, or empty
 */
record InboundPort(int targetPort, int servicePort, String host, Protocol protocol, String defaultEndpoint) {

    /** The ports of a proxy, ascending: those of its Services, or those that its Sidecar object lists instead. */
    static List<InboundPort> of(MeshSnapshot mesh, ProxyNode node, @Nullable SidecarScope scope) {
        SortedMap<Integer, InboundPort> ports = new TreeMap<>();
        if (scope != null && !scope.ingress().isEmpty()) {
            List<Service> services = servicesOf(mesh, node);
            for (SidecarScope.Ingress ingress : scope.ingress()) {
                ports.putIfAbsent(ingress.port(), listed(ingress, mesh, node, services));
            }
            return List.copyOf(ports.values());
        }
        for (Service service : servicesOf(mesh, node)) {
            for (ServicePort port : service.ports()) {
                OptionalInt target = target(port, mesh, node);
                if (port.protocol() != Protocol.UDP && target.isPresent()) {
                    ports.putIfAbsent(
                            target.getAsInt(),
                            new InboundPort(target.getAsInt(), port.port(), service.host(), port.protocol(), ""));
                }
            }
        }
        return List.copyOf(ports.values());
    }

    /** Oldest first: of two Services that claim one target port the oldest decides its protocol. */
    private static List<Service> servicesOf(MeshSnapshot mesh, ProxyNode node) {
        List<Service> mine = new ArrayList<>();
        for (Service service : mesh.services().values()) {
            if (service.selects(node.namespace(), node.labels())) {
                mine.add(service);
            }
        }
        mine.sort(Comparator.comparing(Service::created).thenComparing(Service::key));
        return mine;
    }

    private static InboundPort listed(
            SidecarScope.Ingress ingress, MeshSnapshot mesh, ProxyNode node, List<Service> services) {
        for (Service service : services) {
            for (ServicePort port : service.ports()) {
                OptionalInt target = target(port, mesh, node);
                if (target.isPresent() && target.getAsInt() == ingress.port()) {
                    return new InboundPort(
                            ingress.port(), port.port(), service.host(), ingress.protocol(), ingress.defaultEndpoint());
                }
            }
        }
        return new InboundPort(ingress.port(), ingress.port(), "", ingress.protocol(), ingress.defaultEndpoint());
    }

    private static OptionalInt target(ServicePort port, MeshSnapshot mesh, ProxyNode node) {
        return switch (port.target()) {
            case TargetPort.Numbered(int number) -> OptionalInt.of(number);
            case TargetPort.Named(String name) ->
                containerPorts(mesh, node).stream()
                        .filter(p -> p.name().equals(name))
                        .mapToInt(ContainerPort::port)
                        .findFirst();
        };
    }

    private static Collection<ContainerPort> containerPorts(MeshSnapshot mesh, ProxyNode node) {
        Map<?, Workload> workloads = mesh.workloads();
        Workload pod = workloads.get(node.pod());
        return pod == null ? node.ports() : pod.ports();
    }
}
