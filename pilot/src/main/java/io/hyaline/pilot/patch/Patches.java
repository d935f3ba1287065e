package io.hyaline.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ConfigPatch;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The patches that concern one proxy, in order, each value already read. */
final class Patches {
    private static final int MOST_KEPT = 4096;

    /** Values are read once per distinct patch, not once per proxy and push. */
    private static final Map<ConfigPatch, Parsed> PARSED = new ConcurrentHashMap<>();

    private sealed interface Parsed {
        record Value(Message message) implements Parsed {}

        record Failure(String reason) implements Parsed {}
    }

    private final List<Patch> patches;

    private Patches(List<Patch> patches) {
        this.patches = patches;
    }

    /** Of some types; those that cannot be read are problems. */
    static Patches of(MeshSnapshot mesh, ProxyNode node, Set<ServedType> types, PatchProblems problems) {
        List<Patch> all = new ArrayList<>();
        for (Concerning patch : Concerning.of(mesh, node)) {
            if (types.contains(patch.type())) {
                switch (parsed(patch.spec())) {
                    case Parsed.Value(Message message) -> all.add(new Patch(patch.filter(), patch.spec(), message));
                    case Parsed.Failure(String reason) -> problems.add(patch.type(), patch.filter(), reason);
                }
            }
        }
        return new Patches(all);
    }

    boolean isEmpty() {
        return patches.isEmpty();
    }

    boolean any(Predicate<Patch> wanted) {
        return patches.stream().anyMatch(wanted);
    }

    Stream<Patch> of(ApplyTo kind, PatchContext context) {
        return patches.stream().filter(p -> p.is(kind, context));
    }

    List<Patch> of(ApplyTo kind, PatchContext context, Predicate<Patch> matches) {
        return of(kind, context).filter(matches).toList();
    }

    private static Parsed parsed(ConfigPatch spec) {
        if (PARSED.size() >= MOST_KEPT) {
            PARSED.clear();
        }
        return PARSED.computeIfAbsent(spec, Patches::parse);
    }

    private static Parsed parse(ConfigPatch spec) {
        try {
            return new Parsed.Value(PatchValues.parse(spec.applyTo(), spec.value()));
        } catch (InvalidProtocolBufferException e) {
            return new Parsed.Failure(String.valueOf(e.getMessage()));
        }
    }
}
