package io.hyaline.pilot.scope;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.generate.Sight;
import io.hyaline.xds.server.ServedType;
import java.util.HashSet;
import java.util.Set;

/**
 * What changes mean for a gateway, of which nothing else is different. Its types hang together: routes and listeners say
 * which clusters there are. So whatever concerns them concerns all.
 */
final class GatewayWork {
    private final Changes changes;
    private final MeshSnapshot before;
    private final MeshSnapshot after;
    private final ProxyNode node;
    private final Sight sight;
    private final GatewayReach reach;

    GatewayWork(Changes changes, MeshSnapshot before, MeshSnapshot after, ProxyNode node) {
        this.changes = changes;
        this.before = before;
        this.after = after;
        this.node = node;
        this.sight = Sight.of(after, node);
        this.reach = GatewayReach.of(after, node);
    }

    Work work() {
        if (isAnother()) {
            return Work.EVERYTHING;
        }
        Set<String> clusters = new HashSet<>();
        Set<String> endpoints = new HashSet<>();
        for (Moved moved : changes.moved()) {
            Service service = moved.service();
            if (calls(service)) {
                endpoints.add(service.host());
                if (moved.answerers() || service.resolvedByName()) {
                    clusters.add(service.host());
                }
            }
        }
        Set<ServedType> types = changes.filters() ? FilterTypes.between(before, after, node) : Set.of();
        return new Work(types, clusters, endpoints);
    }

    private boolean isAnother() {
        return changes.gateways().stream().anyMatch(c -> c.either(g -> g.selects(node.labels())))
                || changes.services().stream()
                        .anyMatch(c -> c.either(s -> calls(s) || s.selects(node.namespace(), node.labels())))
                || changes.virtualServices().stream().anyMatch(c -> c.either(this::serves))
                || changes.credentials().stream().anyMatch(reach::needs)
                || !RuleChange.of(changes, before, after, node, this::calls).isEmpty();
    }

    private boolean calls(Service service) {
        return sight.reaches(service) && reach.leadsTo(service);
    }

    private boolean serves(VirtualService service) {
        return service.visibleIn(node.namespace()) && reach.plan().serves(service);
    }
}
