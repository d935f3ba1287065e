package io.hyaline.pilot.patch;

import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what could not be applied, each thing once for each type of resource. */
final class PatchProblems {
    private final Map<ServedType, Set<Problem>> problems = new EnumMap<>(ServedType.class);

    void add(ServedType type, ObjectKey filter, String reason) {
        problems.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(new Problem("EnvoyFilter", filter, reason));
    }

    Map<ServedType, List<Problem>> all() {
        Map<ServedType, List<Problem>> all = new EnumMap<>(ServedType.class);
        problems.forEach((type, some) -> all.put(type, List.copyOf(new ArrayList<>(some))));
        return all;
    }
}
