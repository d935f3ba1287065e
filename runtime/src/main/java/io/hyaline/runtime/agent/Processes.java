package io.hyaline.runtime.agent;

import java.util.List;

/** Ends a command that was started through wrappers, so that its own process is a grandchild of this one. */
final class Processes {

    private Processes() {}

    static void kill(Process process) {
        List<ProcessHandle> all = process.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
