package io.hyaline.runtime.sandbox;

import io.hyaline.linux.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processes that a container's main process leaves behind. All containers of a pod share one PID namespace, so that they
 * would live on, and hold ports that the next run wants; their mount namespace tells whose they are.
 */
final class Leftovers {

    private Leftovers() {}

    /** The mount namespace of a process, or an empty text when it is gone. */
    static String mountNamespace(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Kills what still runs in {@code mountNamespace} below the pod's init. */
    static void kill(long init, String mountNamespace) {
        if (mountNamespace.isEmpty()) {
            return;
        }
        ProcessHandle.of(init).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> mountNamespace(process.pid()).equals(mountNamespace))
                .forEach(process -> Signals.send(process.pid(), Signals.KILL));
    }
}
