package io.hyaline.runtime.sidecar;

import java.nio.file.Path;
import java.util.List;

/**
 * A program of this installation.
 *
 * @param command program and first arguments
 * @param directories what it reads of the host's file system, such as the JDK: a container has to see it too
 */
public record Program(List<String> command, List<Path> directories) {

    public Program {
        command = List.copyOf(command);
        directories = List.copyOf(directories);
    }
}
