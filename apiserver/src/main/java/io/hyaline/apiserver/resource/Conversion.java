package io.hyaline.apiserver.resource;

import io.hyaline.apiserver.json.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Between the version that is stored and those that are served. Only events differ in more than their apiVersion. */
public final class Conversion {
    private static final Map<String, String> EVENT_FIELDS = Map.of(
            "note", "message",
            "regarding", "involvedObject",
            "reportingController", "reportingComponent",
            "deprecatedCount", "count",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedSource", "source");

    private Conversion() {}

    /** The object as it is stored; may be the same tree. */
    public static ObjectNode stored(Resource resource, ObjectNode served) {
        if (!resource.converted()) {
            return served;
        }
        ObjectNode stored = Json.object();
        served.forEachEntry((name, value) ->
                stored.set(resource.is("events") ? EVENT_FIELDS.getOrDefault(name, name) : name, value));
        return stored.put("apiVersion", resource.storageVersion().toString());
    }

    /** The object as this resource's version shows it; shares values with the stored tree. */
    public static ObjectNode served(Resource resource, ObjectNode stored) {
        if (!resource.converted()) {
            return stored;
        }
        ObjectNode served = Json.object();
        served.put("apiVersion", resource.apiVersion());
        for (Map.Entry<String, JsonNode> entry : stored.properties()) {
            if (!entry.getKey().equals("apiVersion")) {
                served.set(resource.is("events") ? newEventField(entry.getKey()) : entry.getKey(), entry.getValue());
            }
        }
        return served;
    }

    private static String newEventField(String old) {
        for (Map.Entry<String, String> pair : EVENT_FIELDS.entrySet()) {
            if (pair.getValue().equals(old)) {
                return pair.getKey();
            }
        }
        return old;
    }
}
