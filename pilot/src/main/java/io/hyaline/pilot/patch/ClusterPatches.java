package io.hyaline.pilot.patch;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ClusterMatch;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patches one cluster. */
final class ClusterPatches {
    private final Patches patches;
    private final PatchProblems problems;

    ClusterPatches(Patches patches, PatchProblems problems) {
        this.patches = patches;
        this.problems = problems;
    }

    /** The cluster as patched, or null when a patch removes it. */
    @Nullable
    Cluster apply(Cluster original, PatchContext context) {
        Cluster cluster = original;
        for (Patch patch :
                patches.of(ApplyTo.CLUSTER, context, p -> matches(p.spec().cluster(), original))) {
            if (patch.operation() == PatchOperation.REMOVE) {
                return null;
            }
            if (patch.operation().merges()) {
                cluster = merged(cluster, patch);
            }
        }
        return cluster;
    }

    private Cluster merged(Cluster cluster, Patch patch) {
        Cluster change = patch.as(Cluster.class);
        if (!change.hasTransportSocket()) {
            return ProtoMerge.merge(cluster, change, patch.replacesLists());
        }
        Cluster rest = change.toBuilder().clearTransportSocket().build();
        Cluster.Builder merged = ProtoMerge.merge(cluster, rest, patch.replacesLists()).toBuilder();
        TransportSocket socket = change.getTransportSocket();
        if (cluster.getTransportSocketMatchesCount() == 0) {
            return merged.setTransportSocket(TypedConfigs.merge(cluster.getTransportSocket(), socket, patch, problems))
                    .build();
        }
        List<Cluster.TransportSocketMatch> choices = merged.getTransportSocketMatchesList();
        merged.clearTransportSocketMatches();
        for (Cluster.TransportSocketMatch choice : choices) {
            boolean same = choice.getTransportSocket().getName().equals(socket.getName());
            merged.addTransportSocketMatches(
                    same
                            ? choice.toBuilder()
                                    .setTransportSocket(
                                            TypedConfigs.merge(choice.getTransportSocket(), socket, patch, problems))
                                    .build()
                            : choice);
        }
        return merged.build();
    }

    /** The name decides alone if given; else the parts of {@code direction|port|subset|host}. */
    private static boolean matches(ClusterMatch match, Cluster cluster) {
        if (!match.name().isEmpty()) {
            return match.name().equals(cluster.getName());
        }
        String[] parts = cluster.getName().split("\\|", -1);
        boolean keyed = parts.length == 4;
        return (match.subset().isEmpty() || (keyed && match.subset().equals(parts[2])))
                && (match.portNumber() == 0
                        || (keyed && String.valueOf(match.portNumber()).equals(parts[1])))
                && (match.service().isEmpty()
                        || (keyed && match.service().equals(parts[3]))
                        || serves(cluster, match.service()));
    }

    private static boolean serves(Cluster cluster, String host) {
        var istio = cluster.getMetadata().getFilterMetadataMap().get("istio");
        return istio != null
                && istio.getFieldsMap().containsKey("services")
                && istio.getFieldsOrThrow("services").getListValue().getValuesList().stream()
                        .anyMatch(s -> host.equals(s.getStructValue()
                                .getFieldsMap()
                                .getOrDefault("host", com.google.protobuf.Value.getDefaultInstance())
                                .getStringValue()));
    }
}
