package io.hyaline.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ConfigPatch;
import io.hyaline.model.envoyfilter.PatchContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The patches that concern one proxy, in order, each value already read. */
final class Patches {
    private static final int LONGEST_PATTERN = 1024;
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

    static Patches of(MeshSnapshot mesh, ProxyNode node, PatchProblems problems) {
        List<Patch> all = new ArrayList<>();
        List<EnvoyFilter> filters = EnvoyFilter.concerning(
                mesh.envoyFilters(), mesh.mesh().rootNamespace(), node.namespace(), node.labels());
        for (EnvoyFilter filter : filters) {
            for (ConfigPatch spec : filter.patches()) {
                if (concerns(spec, node)) {
                    switch (parsed(spec)) {
                        case Parsed.Value(Message message) -> all.add(new Patch(filter.key(), spec, message));
                        case Parsed.Failure(String reason) -> problems.add(filter.key(), reason);
                    }
                }
            }
        }
        return new Patches(all);
    }

    boolean isEmpty() {
        return patches.isEmpty();
    }

    Stream<Patch> of(ApplyTo kind, PatchContext context) {
        return patches.stream().filter(p -> p.is(kind, context));
    }

    List<Patch> of(ApplyTo kind, PatchContext context, Predicate<Patch> matches) {
        return of(kind, context).filter(matches).toList();
    }

    static boolean concerns(ConfigPatch spec, ProxyNode node) {
        return versionMatches(spec.proxyVersion(), node.version())
                && node.metadata().entrySet().containsAll(spec.metadata().entrySet());
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
