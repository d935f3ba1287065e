package io.hyaline.pilot.patch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.envoyfilter.ConfigPatch;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.xds.server.ServedType;
import java.util.List;

/** A patch of an EnvoyFilter that concerns the proxy at hand. */
public record Concerning(ObjectKey filter, ConfigPatch spec) {
    private static final int LONGEST_PATTERN = 1024;

    /** In the order in which they apply. */
    public static List<Concerning> of(MeshSnapshot mesh, ProxyNode node) {
        return EnvoyFilter.concerning(mesh.envoyFilters(), mesh.mesh().rootNamespace(), node.namespace(), node.labels())
                .stream()
                .flatMap(f -> f.patches().stream().map(p -> new Concerning(f.key(), p)))
                .filter(c -> c.isFor(node))
                .toList();
    }

    /** The type of the resources that it may change; one that cannot be applied counts among the listeners'. */
    public ServedType type() {
        return switch (spec.applyTo()) {
            case LISTENER, FILTER_CHAIN, NETWORK_FILTER, HTTP_FILTER, LISTENER_FILTER, EXTENSION_CONFIG, BOOTSTRAP ->
                ServedType.LISTENER;
            case ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE -> ServedType.ROUTE;
            case CLUSTER -> ServedType.CLUSTER;
        };
    }

    private boolean isFor(ProxyNode node) {
        return reaches(spec.context(), node.kind())
                && versionMatches(spec.proxyVersion(), node.version())
                && node.metadata().entrySet().containsAll(spec.metadata().entrySet());
    }

    private static boolean reaches(PatchContext context, ProxyNode.Kind kind) {
        return switch (context) {
            case ANY -> true;
            case SIDECAR_INBOUND, SIDECAR_OUTBOUND -> kind == ProxyNode.Kind.SIDECAR;
            case GATEWAY -> kind == ProxyNode.Kind.GATEWAY;
            case WAYPOINT -> false;
        };
    }

    private static boolean versionMatches(String pattern, String version) {
        if (pattern.isEmpty()) {
            return true;
        }
        if (version.isEmpty() || pattern.length() > LONGEST_PATTERN) {
            return false;
        }
        try {
            return Pattern.compile(pattern).matcher(version).find();
        } catch (PatternSyntaxException _) {
            return false; // ingest reports the pattern by the object's name
        }
    }
}
