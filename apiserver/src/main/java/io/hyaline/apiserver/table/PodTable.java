package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods, with the one word that says how a pod is. */
final class PodTable {
    static final Printer PRINTER = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Ready"),
                    Column.of("Status"),
                    Column.of("Restarts"),
                    Column.of("Age"),
                    Column.wide("IP"),
                    Column.wide("Node"),
                    Column.wide("Nominated Node"),
                    Column.wide("Readiness Gates")),
            (pod, now) -> new PodTable(pod).row(now));

    private final ObjectNode pod;
    private final Set<String> sidecars = new HashSet<>();
    private int total;
    private int ready;
    private long restarts;
    private long sidecarRestarts;
    private String lastRestart = "";
    private String reason;

    private PodTable(ObjectNode pod) {
        this.pod = pod;
        this.reason = Json.string(pod, "status", "phase");
        this.total = Json.objects(pod, "spec", "containers").size();
        for (ObjectNode container : Json.objects(pod, "spec", "initContainers")) {
            if (Json.string(container, "restartPolicy").equals("Always")) {
                sidecars.add(Json.string(container, "name"));
                total++;
            }
        }
    }

    private List<JsonNode> row(Instant now) {
        String given = Json.string(pod, "status", "reason");
        if (!given.isEmpty()) {
            reason = given;
        }
        for (ObjectNode condition : Json.objects(pod, "status", "conditions")) {
            if (Json.string(condition, "type").equals("PodScheduled")
                    && Json.string(condition, "reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        boolean initializing = initContainers();
        if (!initializing || Cells.condition(pod, "Initialized")) {
            containers();
        }
        if (Json.has(pod, "metadata", "deletionTimestamp")) {
            String phase = Json.string(pod, "status", "phase");
            if (given.equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                reason = "Terminating";
            }
        }
        String restarted = restarts == 0 || lastRestart.isEmpty()
                ? Long.toString(restarts)
                : restarts + " (" + Cells.since(lastRestart, now) + " ago)";
        return List.of(
                Cells.name(pod),
                Json.text(ready + "/" + total),
                Json.text(reason),
                Json.text(restarted),
                Cells.age(pod, now),
                Cells.orNone(pod, "status", "podIP"),
                Cells.orNone(pod, "spec", "nodeName"),
                Cells.orNone(pod, "status", "nominatedNodeName"),
                Json.text(gates()));
    }

    /** Counts init containers and says whether they are still at work. */
    private boolean initContainers() {
        List<ObjectNode> statuses = Json.objects(pod, "status", "initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            ObjectNode status = statuses.get(i);
            boolean sidecar = sidecars.contains(Json.string(status, "name"));
            count(status);
            if (sidecar) {
                sidecarRestarts += Json.number(status, 0, "restartCount");
            }
            JsonNode ended = Json.at(status, "state", "terminated");
            if (ended.isObject() && Json.number(ended, 0, "exitCode") == 0) {
                continue;
            }
            if (sidecar && Json.truth(status, "started")) {
                ready += Json.truth(status, "ready") ? 1 : 0;
                continue;
            }
            String waiting = Json.string(status, "state", "waiting", "reason");
            if (ended.isObject()) {
                reason = "Init:" + ended(ended);
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                reason = "Init:" + waiting;
            } else {
                reason = "Init:" + i + "/"
                        + Json.objects(pod, "spec", "initContainers").size();
            }
            return true;
        }
        return false;
    }

    private void containers() {
        restarts = sidecarRestarts;
        boolean running = false;
        List<ObjectNode> statuses = Json.objects(pod, "status", "containerStatuses");
        for (ObjectNode status : statuses.reversed()) {
            count(status);
            JsonNode ended = Json.at(status, "state", "terminated");
            String waiting = Json.string(status, "state", "waiting", "reason");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (ended.isObject()) {
                reason = ended(ended);
            } else if (Json.truth(status, "ready") && Json.has(status, "state", "running")) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = Cells.condition(pod, "Ready") ? "Running" : "NotReady";
        }
    }

    private void count(ObjectNode status) {
        restarts += Json.number(status, 0, "restartCount");
        String ended = Json.string(status, "lastState", "terminated", "finishedAt");
        if (ended.compareTo(lastRestart) > 0) {
            lastRestart = ended;
        }
    }

    private static String ended(JsonNode terminated) {
        String word = Json.string(terminated, "reason");
        if (!word.isEmpty()) {
            return word;
        }
        long signal = Json.number(terminated, 0, "signal");
        return signal != 0 ? "Signal:" + signal : "ExitCode:" + Json.number(terminated, 0, "exitCode");
    }

    private String gates() {
        List<ObjectNode> gates = Json.objects(pod, "spec", "readinessGates");
        long open = gates.stream()
                .filter(gate -> Cells.condition(pod, Json.string(gate, "conditionType")))
                .count();
        return gates.isEmpty() ? Cells.NONE : open + "/" + gates.size();
    }
}
