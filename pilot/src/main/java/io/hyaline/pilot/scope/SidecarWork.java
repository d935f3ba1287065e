package io.hyaline.pilot.scope;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.generate.Sight;
import io.hyaline.xds.server.ServedType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What changes mean for a sidecar, of which nothing else is different. */
final class SidecarWork {
    private final Changes changes;
    private final MeshSnapshot before;
    private final MeshSnapshot after;
    private final ProxyNode node;
    private final Sight sight;
    private final Set<ServedType> types = EnumSet.noneOf(ServedType.class);
    private final Set<String> clusters = new HashSet<>();
    private final Set<String> endpoints = new HashSet<>();

    SidecarWork(Changes changes, MeshSnapshot before, MeshSnapshot after, ProxyNode node) {
        this.changes = changes;
        this.before = before;
        this.after = after;
        this.node = node;
        this.sight = Sight.of(after, node);
    }

    Work work() {
        if (changes.sidecars() && !Sight.of(before, node).equals(sight)) {
            return Work.EVERYTHING;
        }
        changes.services().forEach(this::service);
        changes.moved().forEach(this::moved);
        changes.virtualServices().forEach(c -> virtualService(c.among(sight::hears)));
        RuleChange.of(changes, before, after, node, sight::reaches).forEach(this::rule);
        if (changes.policies() && !inbound(before).equals(inbound(after))) {
            types.add(ServedType.LISTENER);
        }
        if (changes.filters()) {
            types.addAll(FilterTypes.between(before, after, node));
        }
        return new Work(types, clusters, endpoints);
    }

    private Object inbound(MeshSnapshot mesh) {
        return mesh.mtls(node.namespace(), node.labels());
    }

    private void service(Changed<Service> change) {
        Changed<Service> called = change.among(sight::reaches);
        if (called.differs(SidecarWork::outward)) {
            types.add(ServedType.LISTENER);
            types.add(ServedType.ROUTE);
            called.present().map(Service::host).forEach(this::host);
        }
        if (change.either(s -> s.selects(node.namespace(), node.labels()))) {
            types.add(ServedType.LISTENER);
            types.add(ServedType.CLUSTER);
        }
    }

    private void host(String host) {
        clusters.add(host);
        endpoints.add(host);
    }

    /** Whom it selects, and which of several is the oldest, is of interest to those that it selects. */
    private static Service outward(Service service) {
        ObjectKey key = service.key();
        return new Service(
                key,
                service.host(),
                service.addresses(),
                service.resolution(),
                service.ports(),
                Map.of(),
                service.externalName(),
                service.publishNotReady(),
                Instant.EPOCH,
                service.external(),
                List.of());
    }

    private void moved(Moved moved) {
        Service service = moved.service();
        if (!sight.reaches(service)) {
            return;
        }
        endpoints.add(service.host());
        if (moved.answerers() || service.resolvedByName()) {
            clusters.add(service.host());
        }
        if (service.headless()) {
            types.add(ServedType.LISTENER); // there is one for each of its endpoints
        }
    }

    private void virtualService(Changed<VirtualService> heard) {
        boolean others = heard.differs(v -> List.of(v.hosts(), v.created()));
        boolean bytes = others
                ? heard.either(v -> !v.tls().isEmpty() || !v.tcp().isEmpty())
                : heard.differs(v -> List.of(v.tls(), v.tcp()));
        boolean requests = others ? heard.either(v -> !v.http().isEmpty()) : heard.differs(VirtualService::http);
        if (bytes) {
            types.add(ServedType.LISTENER);
        }
        if (requests) {
            types.add(ServedType.ROUTE);
        }
    }

    private void rule(RuleChange change) {
        clusters.add(change.service().host());
        if (change.places()) {
            endpoints.add(change.service().host());
        }
        if (change.requests()) {
            types.add(ServedType.ROUTE);
        }
        if (change.connections()) {
            types.add(ServedType.LISTENER);
        }
    }
}
