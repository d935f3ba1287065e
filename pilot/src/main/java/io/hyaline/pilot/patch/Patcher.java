package io.hyaline.pilot.patch;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.wire.Names;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Applies to one proxy's resources the EnvoyFilters that concern it. */
public final class Patcher {
    /**
     * What came out.
     *
     * @param problemsByType by type of resource, the patches that could not be applied
     */
    public record Patched(ProxyResources resources, Map<ServedType, List<Problem>> problemsByType) {
        public List<Problem> problems() {
            return problemsByType.values().stream().flatMap(List::stream).toList();
        }
    }

    private Patcher() {}

    public static Patched apply(MeshSnapshot mesh, ProxyNode node, ProxyResources resources) {
        return apply(mesh, node, resources, EnumSet.allOf(ServedType.class));
    }

    /** Resources of other types stay as they are. */
    public static Patched apply(MeshSnapshot mesh, ProxyNode node, ProxyResources resources, Set<ServedType> types) {
        PatchProblems problems = new PatchProblems();
        Patches patches = Patches.of(mesh, node, types, problems);
        if (patches.isEmpty()) {
            return new Patched(resources, problems.all());
        }
        PatchContext outward = switch (node.kind()) {
            case SIDECAR -> PatchContext.SIDECAR_OUTBOUND;
            case GATEWAY -> PatchContext.GATEWAY;
        };
        ProxyResources patched = new ProxyResources(
                ProxyResources.byName(clusters(resources, patches, outward, problems), Cluster::getName),
                resources.endpoints(),
                ProxyResources.byName(listeners(resources, patches, outward, problems), Listener::getName),
                ProxyResources.byName(routes(resources, patches, outward), RouteConfiguration::getName),
                resources.secrets(),
                resources.problems());
        return new Patched(patched, problems.all());
    }

    /** Whether patches make clusters or give them other names, so that one cannot be patched without the others. */
    public static boolean namesClusters(MeshSnapshot mesh, ProxyNode node) {
        return Patches.of(mesh, node, Set.of(ServedType.CLUSTER), new PatchProblems())
                .any(p -> !p.as(Cluster.class).getName().isEmpty());
    }

    private static List<Listener> listeners(
            ProxyResources resources, Patches patches, PatchContext outward, PatchProblems problems) {
        ListenerPatches inbound = new ListenerPatches(patches, PatchContext.SIDECAR_INBOUND, problems);
        ListenerPatches outbound = new ListenerPatches(patches, outward, problems);
        List<Listener> result = new ArrayList<>();
        for (Listener listener : resources.listeners().values()) {
            boolean in = listener.getName().equals(Names.VIRTUAL_INBOUND);
            Listener patched = (in ? inbound : outbound).apply(listener);
            if (patched != null) {
                result.add(patched);
            }
        }
        added(ApplyTo.LISTENER, patches, outward).forEach(p -> result.add(p.as(Listener.class)));
        return result;
    }

    private static List<Cluster> clusters(
            ProxyResources resources, Patches patches, PatchContext outward, PatchProblems problems) {
        ClusterPatches clusterPatches = new ClusterPatches(patches, problems);
        List<Cluster> result = new ArrayList<>();
        for (Cluster cluster : resources.clusters().values()) {
            boolean in = cluster.getName().startsWith("inbound|")
                    || cluster.getName().equals("InboundPassthroughCluster");
            Cluster patched = clusterPatches.apply(cluster, in ? PatchContext.SIDECAR_INBOUND : outward);
            if (patched != null) {
                result.add(patched);
            }
        }
        added(ApplyTo.CLUSTER, patches, outward).forEach(p -> result.add(p.as(Cluster.class)));
        return result;
    }

    /** Context ANY adds once, on the outward side; what asks for the inbound side of a sidecar is added there. */
    private static List<Patch> added(ApplyTo kind, Patches patches, PatchContext outward) {
        List<Patch> result = new ArrayList<>(patches.of(kind, outward, p -> p.operation() == PatchOperation.ADD));
        if (outward == PatchContext.SIDECAR_OUTBOUND) {
            result.addAll(patches.of(
                    kind,
                    PatchContext.SIDECAR_INBOUND,
                    p -> p.operation() == PatchOperation.ADD && p.spec().context() == PatchContext.SIDECAR_INBOUND));
        }
        return result;
    }

    private static List<RouteConfiguration> routes(ProxyResources resources, Patches patches, PatchContext outward) {
        RoutePatches routePatches = new RoutePatches(patches, outward);
        return resources.routes().values().stream().map(routePatches::apply).toList();
    }
}
