package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.pilot.fixture.Objects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Lets tests of other packages read objects as ingest does. */
public final class Snapshots {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final List<Problem> reports = new ArrayList<>();
    private final MeshState state = new MeshState("cluster.local", () -> NOW, reports::add);

    public static MeshSnapshot of(String yaml) {
        return new Snapshots().put(yaml).snapshot();
    }

    public Snapshots put(String yaml) {
        Objects.of(yaml).forEach(state::put);
        return this;
    }

    public Snapshots remove(String yaml) {
        Objects.of(yaml).forEach(state::remove);
        return this;
    }

    public Snapshots put(HasMetadata object) {
        state.put(object);
        return this;
    }

    public Snapshots remove(HasMetadata object) {
        state.remove(object);
        return this;
    }

    public MeshSnapshot snapshot() {
        return state.snapshot();
    }

    public List<Problem> reports() {
        return reports;
    }
}
