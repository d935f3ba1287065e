package io.hyaline.pilot.patch;

import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what could not be applied, each thing once. */
final class PatchProblems {
    private final Set<Problem> problems = new LinkedHashSet<>();

    void add(ObjectKey filter, String reason) {
        problems.add(new Problem("EnvoyFilter", filter, reason));
    }

    List<Problem> all() {
        return List.copyOf(new ArrayList<>(problems));
    }
}
