package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.ExternalMachine;
import io.hyaline.cli.cluster.Outside;
import io.hyaline.cli.exit.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** curl on the host and on two external machines at once. Each keeps its connection until this is closed. */
final class Callers implements AutoCloseable {

    /** Who calls, and from where. */
    enum Caller {
        HOST("host", "203.0.113.1"),
        FIRST("client .50", "203.0.113.50"),
        SECOND("client .51", "203.0.113.51");

        final String text;
        final String address;

        Caller(String text, String address) {
            this.text = text;
            this.address = address;
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<Caller, Process> processes = new LinkedHashMap<>();
    private final List<ExternalMachine> machines = new ArrayList<>();

    private Callers() {}

    /**
     * Starts one request of everybody. A second request on the same connection, which takes longer, keeps it.
     *
     * @param query tells the request from all others; the caller's name follows
     */
    static Callers start(Outside network, String server, String query) {
        Callers callers = new Callers();
        try {
            for (Caller caller : Caller.values()) {
                List<String> curl = List.of(
                        "curl",
                        "-skN",
                        "-A",
                        "demo",
                        server + path(query, caller),
                        "--next",
                        "-sk",
                        "-A",
                        "demo",
                        "-o",
                        "/dev/null",
                        server + "/delay/10");
                callers.processes.put(
                        caller, callers.builder(network, caller, curl).start());
            }
            return callers;
        } catch (IOException e) {
            callers.close();
            throw new Failure(Failure.NOT_SO, "curl does not run: " + e.getMessage());
        } catch (RuntimeException e) {
            callers.close();
            throw e;
        }
    }

    static String path(String query, Caller caller) {
        return "/ip?" + query + "&from=" + caller.name();
    }

    private ProcessBuilder builder(Outside network, Caller caller, List<String> curl) {
        if (caller == Caller.HOST) {
            return new ProcessBuilder(curl);
        }
        ExternalMachine machine = ExternalMachine.open(network, caller.address);
        machines.add(machine);
        return machine.builder(curl);
    }

    /** The origin in the first answer; ends the caller. */
    String origin(Caller caller) {
        Process process = processes.get(caller);
        if (process == null) {
            return "(not started)";
        }
        // Not by the process itself: that would close its output unread.
        process.toHandle().destroy();
        try {
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return JSON.readTree(answer).path("origin").asString("(no origin in " + answer + ")");
        } catch (JacksonException e) {
            return "(not JSON: " + e.getOriginalMessage() + ")";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        machines.forEach(ExternalMachine::close);
    }
}
