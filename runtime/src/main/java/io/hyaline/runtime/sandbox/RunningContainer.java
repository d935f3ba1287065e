package io.hyaline.runtime.sandbox;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One run of a container, from its start to its exit code. */
public interface RunningContainer {

    /** Completes once, when the container has ended. */
    CompletableFuture<Exit> exit();

    /** Sends a signal to the container's main process; nothing happens when it has ended. */
    void signal(int signal);

    /** argv in front of a command to be run inside; see {@code ContainerView#entry}. */
    List<String> entry();

    /**
     * How a run ended.
     *
     * @param signal 0 unless a signal ended it
     * @param reason as in a container status: Completed, Error, StartError
     */
    record Exit(int code, int signal, String reason, String message) {

        /** Reads an exit code as a shell gives it: 128 and more is a signal. */
        public static Exit of(int code) {
            int signal = code > 128 && code < 128 + 65 ? code - 128 : 0;
            return new Exit(code, signal, code == 0 ? "Completed" : "Error", "");
        }

        public static Exit startFailed(String message) {
            return new Exit(128, 0, "StartError", message);
        }
    }
}
