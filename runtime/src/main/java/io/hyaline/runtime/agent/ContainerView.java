package io.hyaline.runtime.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One container at the moment of asking.
 *
 * @param state what it is doing
 * @param log CRI file of the current run (or of the last one, when it has ended); may not exist yet. {@code <file>.1} is
 *     the older part after a rotation
 * @param previousLog CRI file of the run before, null when there was none
 * @param entry argv in front of which nothing is needed: {@code entry + command} runs the command as the container's
 *     user, in its namespaces, root directory, working directory and environment. Throws IllegalStateException with a
 *     message for the user when the container cannot be entered. It may start a process; call it once per exec
 */
public record ContainerView(State state, Path log, @Nullable Path previousLog, Supplier<List<String>> entry) {

    /** What a container is doing. */
    public enum State {
        WAITING,
        RUNNING,
        TERMINATED
    }
}
