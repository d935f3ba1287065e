package io.hyaline.apiserver.select;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requirements on the few fields that a resource can be selected by. */
public record FieldSelector(List<Requirement> requirements) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    private static final Set<String> EVERYWHERE = Set.of("metadata.name", "metadata.namespace");

    private static final Map<String, Set<String>> BY_STORAGE = Map.of(
            "pods",
            Set.of(
                    "spec.nodeName",
                    "spec.restartPolicy",
                    "spec.schedulerName",
                    "spec.serviceAccountName",
                    "spec.hostNetwork",
                    "status.phase",
                    "status.podIP",
                    "status.nominatedNodeName"),
            "events",
            Set.of(
                    "involvedObject.kind",
                    "involvedObject.namespace",
                    "involvedObject.name",
                    "involvedObject.uid",
                    "involvedObject.apiVersion",
                    "involvedObject.resourceVersion",
                    "involvedObject.fieldPath",
                    "reason",
                    "reportingComponent",
                    "source",
                    "type"),
            "secrets",
            Set.of("type"),
            "services",
            Set.of("spec.clusterIP", "spec.type"),
            "namespaces",
            Set.of("status.phase"),
            "nodes",
            Set.of("spec.unschedulable"),
            "replicasets.apps",
            Set.of("status.replicas"),
            "replicationcontrollers",
            Set.of("status.replicas"),
            "jobs.batch",
            Set.of("status.successful"));

    public record Requirement(String field, boolean equal, String value) {}

    public static FieldSelector parse(String storage, String text) {
        List<Requirement> found = new ArrayList<>();
        for (String term : text.split(",", -1)) {
            if (term.isBlank()) {
                continue;
            }
            int sign = term.indexOf('=');
            if (sign <= 0) {
                throw ApiException.badRequest("invalid selector: '" + text + "'; can't understand '" + term + "'");
            }
            boolean equal = term.charAt(sign - 1) != '!';
            String field = term.substring(0, equal ? sign : sign - 1).strip();
            String value = term.substring(term.startsWith("==", sign) ? sign + 2 : sign + 1)
                    .strip();
            if (!EVERYWHERE.contains(field)
                    && !BY_STORAGE.getOrDefault(storage, Set.of()).contains(field)) {
                throw ApiException.badRequest("field label not supported: " + field);
            }
            found.add(new Requirement(field, equal, value));
        }
        return found.isEmpty() ? EVERYTHING : new FieldSelector(List.copyOf(found));
    }

    public boolean matches(ObjectNode object) {
        for (Requirement requirement : requirements) {
            if (value(object, requirement.field()).equals(requirement.value()) != requirement.equal()) {
                return false;
            }
        }
        return true;
    }

    private static String value(ObjectNode object, String field) {
        if (field.equals("source")) {
            return Json.string(object, "source", "component");
        }
        JsonNode node = Json.at(object, field.split("\\.", -1));
        if (node.isMissingNode() || node.isNull()) {
            return field.equals("spec.unschedulable") || field.equals("spec.hostNetwork") ? "false" : "";
        }
        return node.isValueNode() ? node.asString() : "";
    }
}
