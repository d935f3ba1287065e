package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Deployments and the like. */
final class WorkloadTables {
    private static final List<Column> WIDE =
            List.of(Column.wide("Containers"), Column.wide("Images"), Column.wide("Selector"));

    static final Printer DEPLOYMENTS = new Printer(
            with(
                    Column.of("Name"),
                    Column.of("Ready"),
                    Column.of("Up-to-date"),
                    Column.of("Available"),
                    Column.of("Age")),
            (object, now) -> with(
                    object,
                    Cells.name(object),
                    ready(object),
                    Cells.number(object, "status", "updatedReplicas"),
                    Cells.number(object, "status", "availableReplicas"),
                    Cells.age(object, now)));

    static final Printer REPLICA_SETS = new Printer(
            with(
                    Column.of("Name"),
                    Column.integer("Desired"),
                    Column.integer("Current"),
                    Column.integer("Ready"),
                    Column.of("Age")),
            (object, now) -> with(
                    object,
                    Cells.name(object),
                    Cells.number(object, "spec", "replicas"),
                    Cells.number(object, "status", "replicas"),
                    Cells.number(object, "status", "readyReplicas"),
                    Cells.age(object, now)));

    static final Printer DAEMON_SETS = new Printer(
            with(
                    Column.of("Name"),
                    Column.integer("Desired"),
                    Column.integer("Current"),
                    Column.integer("Ready"),
                    Column.integer("Up-to-date"),
                    Column.integer("Available"),
                    Column.of("Node Selector"),
                    Column.of("Age")),
            (object, now) -> with(
                    object,
                    Cells.name(object),
                    Cells.number(object, "status", "desiredNumberScheduled"),
                    Cells.number(object, "status", "currentNumberScheduled"),
                    Cells.number(object, "status", "numberReady"),
                    Cells.number(object, "status", "updatedNumberScheduled"),
                    Cells.number(object, "status", "numberAvailable"),
                    Cells.selector(Json.at(object, "spec", "template", "spec", "nodeSelector")),
                    Cells.age(object, now)));

    static final Printer STATEFUL_SETS = new Printer(
            with(Column.of("Name"), Column.of("Ready"), Column.of("Age")),
            (object, now) -> with(object, Cells.name(object), ready(object), Cells.age(object, now)));

    static final Printer JOBS = new Printer(
            with(
                    Column.of("Name"),
                    Column.of("Status"),
                    Column.of("Completions"),
                    Column.of("Duration"),
                    Column.of("Age")),
            (object, now) -> with(
                    object,
                    Cells.name(object),
                    Json.text(jobStatus(object)),
                    Json.text(Json.number(object, 0, "status", "succeeded") + "/"
                            + Json.number(object, 1, "spec", "completions")),
                    Json.text(jobDuration(object, now)),
                    Cells.age(object, now)));

    static final Printer CRON_JOBS = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Schedule"),
                    Column.of("Timezone"),
                    Column.of("Suspend"),
                    Column.integer("Active"),
                    Column.of("Last Schedule"),
                    Column.of("Age")),
            (object, now) -> {
                String last = Json.string(object, "status", "lastScheduleTime");
                return List.of(
                        Cells.name(object),
                        Cells.text(object, "spec", "schedule"),
                        Cells.orNone(object, "spec", "timeZone"),
                        Json.text(Json.truth(object, "spec", "suspend") ? "True" : "False"),
                        Json.number(Json.objects(object, "status", "active").size()),
                        Json.text(last.isEmpty() ? Cells.NONE : Cells.since(last, now)),
                        Cells.age(object, now));
            });

    private WorkloadTables() {}

    private static List<Column> with(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(columns));
        all.addAll(WIDE);
        return all;
    }

    private static List<JsonNode> with(ObjectNode object, JsonNode... cells) {
        List<JsonNode> all = new ArrayList<>(List.of(cells));
        all.addAll(Cells.containers(object, "spec", "template"));
        all.add(Cells.selector(Json.at(object, "spec", "selector")));
        return all;
    }

    private static JsonNode ready(ObjectNode object) {
        return Json.text(
                Json.number(object, 0, "status", "readyReplicas") + "/" + Json.number(object, 0, "spec", "replicas"));
    }

    private static String jobStatus(ObjectNode job) {
        if (Cells.condition(job, "Complete")) {
            return "Complete";
        }
        if (Cells.condition(job, "Failed")) {
            return "Failed";
        }
        if (Json.has(job, "metadata", "deletionTimestamp")) {
            return "Terminating";
        }
        return Cells.condition(job, "Suspended") ? "Suspended" : "Running";
    }

    private static String jobDuration(ObjectNode job, Instant now) {
        String start = Json.string(job, "status", "startTime");
        String end = Json.string(job, "status", "completionTime");
        if (start.isEmpty()) {
            return "";
        }
        return Cells.age(Duration.between(Instant.parse(start), end.isEmpty() ? now : Instant.parse(end)));
    }
}
