package io.hyaline.runtime.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the child of a wrapper such as {@code nsenter} or {@code unshare}, which has exactly one. */
final class Children {

    private Children() {}

    /** The process id of the child, or -1 when there is none (yet, or any more). */
    static long find(Process parent) {
        long pid = parent.pid();
        try {
            String children = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"))
                    .strip();
            return children.isEmpty() ? -1 : Long.parseLong(children.split(" ")[0]);
        } catch (IOException e) {
            return -1;
        }
    }

    static long only(Process parent) {
        long pid = find(parent);
        if (pid < 0) {
            throw new IllegalStateException("process " + parent.pid() + " ended before it started its child");
        }
        return pid;
    }
}
