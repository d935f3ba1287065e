package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.ExternalMachine;
import io.hyaline.cli.cluster.Outside;
import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.net.FamilyPlan;
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
        HOST("host", 1),
        FIRST("client .50", 50),
        SECOND("client .51", 51);

        final String text;
        /** In the outside network's range. */
        private final int place;

        Caller(String text, int place) {
            this.text = text;
            this.place = place;
        }

        String address(FamilyPlan plan) {
            return plan.outside().address(place);
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
    static Callers start(Outside network, FamilyPlan plan, String server, String query) {
        Callers callers = new Callers();
        try {
            for (Caller caller : Caller.values()) {
                List<String> curl = List.of(
                        "curl",
                        "-sgkN",
                        "-A",
                        "demo",
                        server + path(query, caller),
                        "--next",
                        "-sgk",
                        "-A",
                        "demo",
                        "-o",
                        "/dev/null",
                        server + "/delay/10");
                callers.processes.put(
                        caller,
                        callers.builder(network, caller.address(plan), caller, curl)
                                .start());
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

    private ProcessBuilder builder(Outside network, String address, Caller caller, List<String> curl) {
        if (caller == Caller.HOST) {
            return new ProcessBuilder(curl);
        }
        ExternalMachine machine = ExternalMachine.open(network, address);
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
