package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Kinds with a few columns each. */
final class OtherTables {
    static final Printer NAME_AND_AGE = new Printer(
            List.of(Column.of("Name"), Column.of("Age")),
            (object, now) -> List.of(Cells.name(object), Cells.age(object, now)));

    static final Printer CREATED_AT = new Printer(
            List.of(Column.of("Name"), Column.of("Created At")),
            (object, _) -> List.of(Cells.name(object), Cells.text(object, "metadata", "creationTimestamp")));

    static final Printer NAMESPACES = one("Status", object -> Cells.text(object, "status", "phase"));
    static final Printer CONFIG_MAPS = one("Data", object -> Cells.size(object, "data", "binaryData"));
    static final Printer ACCOUNTS = one("Secrets", object -> Cells.size(object, "secrets"));
    static final Printer LEASES = one("Holder", object -> Cells.text(object, "spec", "holderIdentity"));
    static final Printer WEBHOOKS = one("Webhooks", object -> Cells.size(object, "webhooks"));
    static final Printer NETWORK_POLICIES =
            one("Pod-Selector", object -> Cells.selector(Json.at(object, "spec", "podSelector")));
    static final Printer ROLE_BINDINGS = one(
            "Role",
            object -> Json.text(Json.string(object, "roleRef", "kind") + "/" + Json.string(object, "roleRef", "name")));

    static final Printer SECRETS = new Printer(
            List.of(Column.of("Name"), Column.of("Type"), Column.integer("Data"), Column.of("Age")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Cells.text(object, "type"),
                    Cells.size(object, "data"),
                    Cells.age(object, now)));

    static final Printer CLAIMS = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Status"),
                    Column.of("Volume"),
                    Column.of("Capacity"),
                    Column.of("Access Modes"),
                    Column.of("StorageClass"),
                    Column.of("Age")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Cells.text(object, "status", "phase"),
                    Cells.text(object, "spec", "volumeName"),
                    Cells.text(object, "status", "capacity", "storage"),
                    Json.text(String.join(",", Json.strings(object, "status", "accessModes"))),
                    Cells.text(object, "spec", "storageClassName"),
                    Cells.age(object, now)));

    static final Printer BUDGETS = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Min Available"),
                    Column.of("Max Unavailable"),
                    Column.integer("Allowed Disruptions"),
                    Column.of("Age")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Json.text(Json.at(object, "spec", "minAvailable").asString("N/A")),
                    Json.text(Json.at(object, "spec", "maxUnavailable").asString("N/A")),
                    Cells.number(object, "status", "disruptionsAllowed"),
                    Cells.age(object, now)));

    static final Printer SCALERS = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Reference"),
                    Column.of("Targets"),
                    Column.of("MinPods"),
                    Column.of("MaxPods"),
                    Column.of("Replicas"),
                    Column.of("Age")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Json.text(Json.string(object, "spec", "scaleTargetRef", "kind") + "/"
                            + Json.string(object, "spec", "scaleTargetRef", "name")),
                    Json.text("<unknown>"),
                    Cells.number(object, "spec", "minReplicas"),
                    Cells.number(object, "spec", "maxReplicas"),
                    Cells.number(object, "status", "currentReplicas"),
                    Cells.age(object, now)));

    static final Printer EVENTS = new Printer(
            List.of(
                    Column.of("Last Seen"),
                    Column.of("Type"),
                    Column.of("Reason"),
                    Column.of("Object"),
                    Column.wide("Subobject"),
                    Column.wide("Source"),
                    Column.of("Message"),
                    Column.wide("First Seen"),
                    Column.wide("Count"),
                    Column.wide("Name")),
            OtherTables::event);

    private OtherTables() {}

    private interface Cell {
        JsonNode of(ObjectNode object);
    }

    private static Printer one(String name, Cell cell) {
        return new Printer(
                List.of(Column.of("Name"), Column.of(name), Column.of("Age")),
                (object, now) -> List.of(Cells.name(object), cell.of(object), Cells.age(object, now)));
    }

    /** Events are shown in both of their versions. */
    private static List<JsonNode> event(ObjectNode event, Instant now) {
        JsonNode about = event.has("regarding") ? event.path("regarding") : event.path("involvedObject");
        String first = either(event, "firstTimestamp", "deprecatedFirstTimestamp");
        String last = either(event, "lastTimestamp", "deprecatedLastTimestamp");
        String eventTime = Json.string(event, "eventTime");
        String series = Json.string(event, "series", "lastObservedTime");
        String seen = !series.isEmpty() ? series : !last.isEmpty() ? last : eventTime;
        long count = Math.max(1, Json.number(event, Json.number(event, 1, "deprecatedCount"), "count"));
        String component = Json.string(event, "source", "component");
        String host = Json.string(event, "source", "host");
        return List.of(
                Json.text(Cells.since(seen, now)),
                Cells.text(event, "type"),
                Cells.text(event, "reason"),
                Json.text(Json.string(about, "kind").toLowerCase(Locale.ROOT) + "/" + Json.string(about, "name")),
                Json.text(Json.string(about, "fieldPath")),
                Json.text(
                        component.isEmpty()
                                ? either(event, "reportingComponent", "reportingController")
                                : host.isEmpty() ? component : component + ", " + host),
                Json.text(either(event, "message", "note").strip()),
                Json.text(Cells.since(first.isEmpty() ? eventTime : first, now)),
                Json.number(Json.number(event, count, "series", "count")),
                Cells.name(event));
    }

    private static String either(ObjectNode event, String one, String other) {
        String value = Json.string(event, one);
        return value.isEmpty() ? Json.string(event, other) : value;
    }
}
