package io.hyaline.runtime.sidecar;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.CriLog;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs init containers whose arguments begin with {@code istio-iptables}: rules are set and the container has ended. */
public final class InitRunner implements ContainerRunner {

    private static final String PROGRAM = "istio-iptables";

    private final Interception interception;
    private final Clock clock;

    /** Sets a pod's capture rules. */
    @FunctionalInterface
    public interface Interception {

        /** Throws with a message that says what is wrong; nothing is half done then. */
        void apply(NetNs namespace, List<String> arguments, Map<String, String> environment);
    }

    public InitRunner(Interception interception, Clock clock) {
        this.interception = interception;
        this.clock = clock;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return ProxyImage.is(request) && request.argv().contains(PROGRAM);
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        List<String> argv = request.argv();
        List<String> arguments = argv.subList(argv.indexOf(PROGRAM) + 1, argv.size());
        RunningContainer.Exit exit;
        String line;
        try {
            interception.apply(request.sandbox().net().namespace(), arguments, request.env());
            exit = RunningContainer.Exit.of(0);
            line = "rules applied: " + String.join(" ", arguments);
        } catch (RuntimeException e) {
            line = String.valueOf(e.getMessage());
            exit = new RunningContainer.Exit(1, 0, "Error", line);
        }
        write(request, line, exit.code() == 0 ? "stdout" : "stderr");
        return new Ended(exit);
    }

    private void write(ContainerRequest request, String line, String stream) {
        try {
            Files.createDirectories(request.log().getParent());
            try (CriLog log = CriLog.open(request.log(), clock)) {
                log.line(stream, line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + request.log(), e);
        }
    }

    private record Ended(RunningContainer.Exit how) implements RunningContainer {
        @Override
        public CompletableFuture<Exit> exit() {
            return CompletableFuture.completedFuture(how);
        }

        @Override
        public void signal(int signal) {
            // It has ended.
        }

        @Override
        public List<String> entry() {
            throw new IllegalStateException("this init container has ended");
        }
    }
}
