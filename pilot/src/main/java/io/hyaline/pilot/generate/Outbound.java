package io.hyaline.pilot.generate;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.SidecarScope;
import io.hyaline.pilot.wire.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a proxy may call: Services in order of key, and whether the rest of the world is open. */
record Outbound(List<Service> services, boolean allowAny) {

    static Outbound of(MeshSnapshot mesh, ProxyNode node, @Nullable SidecarScope scope) {
        List<Service> visible = new ArrayList<>();
        for (Service service : mesh.services().values()) {
            boolean reachable =
                    service.externalName().isEmpty() && !service.ports().isEmpty();
            boolean inScope = scope == null || scope.sees(node.namespace(), service);
            if (reachable && inScope) {
                visible.add(service);
            }
        }
        visible.sort(Comparator.comparing(Service::key));
        Boolean own = scope == null ? null : scope.allowAnyOutbound();
        return new Outbound(List.copyOf(visible), own == null ? mesh.mesh().allowAnyOutbound() : own);
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
        String cluster() {
            return Names.outboundCluster(port.port(), "", service.host());
        }

        /** By which mesh TLS names it. */
        String serverName() {
            return Names.sni(port.port(), "", service.host());
        }

        String routeName() {
            return service.host() + ":" + port.port();
        }
    }

    /** Those ports whose clusters something asks for. */
    List<Port> ports(Set<String> clusters) {
        return ports().stream().filter(p -> clusters.contains(p.cluster())).toList();
    }

    List<Port> ports() {
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
