package io.hyaline.pilot.generate;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.SidecarScope;
import io.hyaline.model.VirtualService;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy knows of.
 *
 * @param namespace its own
 * @param scope the Sidecar object that holds for it, null for none; gateways never have one
 */
public record Sight(String namespace, @Nullable SidecarScope scope) {
    public static Sight of(MeshSnapshot mesh, ProxyNode node) {
        return new Sight(
                node.namespace(),
                switch (node.kind()) {
                    case SIDECAR -> scope(mesh, node);
                    case GATEWAY -> null;
                });
    }

    /** Whether a Service can be called. */
    public boolean reaches(Service service) {
        return service.externalName().isEmpty()
                && !service.ports().isEmpty()
                && (scope == null || scope.sees(namespace, service))
                && service.visibleIn(namespace);
    }

    /** Whether a VirtualService is for this proxy as a sidecar. */
    public boolean hears(VirtualService service) {
        return service.boundTo(VirtualService.MESH)
                && service.visibleIn(namespace)
                && (scope == null || scope.sees(namespace, service.key().namespace(), service.hosts()));
    }

    /** By selector, else its namespace's, else the root namespace's. */
    private static @Nullable SidecarScope scope(MeshSnapshot mesh, ProxyNode node) {
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
}
