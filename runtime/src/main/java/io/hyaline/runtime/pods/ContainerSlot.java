package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.hyaline.runtime.sandbox.RunningContainer;
import io.hyaline.runtime.sandbox.RunningContainer.Exit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a worker knows of one container of its pod. Owned by the worker; others see snapshots. */
final class ContainerSlot {

    /** Where a container stands in its pod. */
    enum Kind {
        INIT,
        SIDECAR,
        MAIN
    }

    /** What it is doing. */
    sealed interface State {

        record Waiting(String reason, String message) implements State {}

        record Starting() implements State {}

        record Running(RunningContainer run, String id, Instant since) implements State {}

        record Terminated(Exit exit, String id, Instant since, Instant at) implements State {}
    }

    final Container spec;
    final Kind kind;
    State state = new State.Waiting("ContainerCreating", "");
    State.@Nullable Terminated last;
    RestartBackOff backOff = RestartBackOff.NONE;
    Instant nextStart = Instant.MIN;
    int runs;
    int restarts;
    int pullFailures;
    boolean ready;
    boolean started;
    boolean stopping;
    String imageId = "";

    @Nullable
    Path log;

    @Nullable
    Path previousLog;

    ContainerSlot(Container spec, Kind kind) {
        this.spec = spec;
        this.kind = kind;
    }

    static Kind initKind(Container spec) {
        return Objects.equals(spec.getRestartPolicy(), "Always") ? Kind.SIDECAR : Kind.INIT;
    }

    String name() {
        return spec.getName();
    }

    boolean running() {
        return state instanceof State.Running;
    }

    boolean terminated() {
        return state instanceof State.Terminated;
    }

    /** Whether nothing of it runs or is about to. */
    boolean idle() {
        return state instanceof State.Waiting || state instanceof State.Terminated;
    }

    /** Records the end of a run; {@code restarts} counts when the next one begins. */
    void ended(Exit exit, Instant now) {
        Instant since = state instanceof State.Running running ? running.since() : now;
        String id = state instanceof State.Running running ? running.id() : "";
        state = new State.Terminated(exit, id, since, now);
        backOff = backOff.ended(since, now);
        nextStart = now.plus(backOff.delay());
        ready = false;
        started = false;
        stopping = false;
    }
}
