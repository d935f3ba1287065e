package io.hyaline.runtime.agent;

import java.util.List;
import java.util.Map;

/** A command to run inside a container, and which of its streams somebody wants. */
record ExecRequest(List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {

    private static final int MAX_WORDS = 4096;

    ExecRequest {
        command = List.copyOf(command);
    }

    /** @throws IllegalArgumentException naming what is missing */
    static ExecRequest parse(Map<String, List<String>> query) {
        List<String> command = query.getOrDefault("command", List.of());
        if (command.isEmpty()) {
            throw new IllegalArgumentException("you must specify at least 1 command");
        }
        if (command.size() > MAX_WORDS) {
            throw new IllegalArgumentException("the command has more than " + MAX_WORDS + " words");
        }
        boolean tty = LogRequest.flag(query, "tty");
        return new ExecRequest(
                command,
                LogRequest.flag(query, "stdin"),
                LogRequest.flag(query, "stdout"),
                LogRequest.flag(query, "stderr") && !tty,
                tty);
    }
}
