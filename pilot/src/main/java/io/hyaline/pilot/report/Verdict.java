package io.hyaline.pilot.report;

import io.hyaline.pilot.analyze.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is said of one generation of an object. */
record Verdict(long generation, List<Finding> findings) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PASSED = "PassedAnalysis";
    private static final String SINCE = "lastTransitionTime";

    Verdict {
        findings = List.copyOf(findings);
    }

    /**
     * The status as a merge patch, or null if the object has it already.
     *
     * @param status what the object has now, or null
     */
    @Nullable
    String patch(@Nullable Object status, String now) {
        JsonNode before = JSON.valueToTree(status == null ? Map.of() : status);
        ObjectNode condition = condition();
        JsonNode old = beforeOf(before);
        boolean turned = !old.path("status").equals(condition.path("status"));
        condition.put(SINCE, turned ? now : old.path(SINCE).asString(now));
        ObjectNode after = JSON.createObjectNode().put("observedGeneration", generation);
        ArrayNode conditions = after.putArray("conditions");
        for (JsonNode other : before.path("conditions")) {
            if (!other.path("type").asString("").equals(PASSED)) {
                conditions.add(other);
            }
        }
        conditions.add(condition);
        after.set("validationMessages", messages());
        boolean same = before.path("observedGeneration").asLong(-1) == generation
                && before.path("conditions").equals(conditions)
                && before.path("validationMessages").equals(after.path("validationMessages"));
        return same ? null : JSON.createObjectNode().set("status", after).toString();
    }

    private static JsonNode beforeOf(JsonNode status) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asString("").equals(PASSED)) {
                return condition;
            }
        }
        return JSON.createObjectNode();
    }

    private ObjectNode condition() {
        boolean errors = findings.stream().anyMatch(Finding::isError);
        String message = findings.isEmpty()
                ? "nothing is amiss"
                : String.join("; ", findings.stream().map(Finding::text).toList());
        return JSON.createObjectNode()
                .put("type", PASSED)
                .put("status", errors ? "False" : "True")
                .put("reason", errors ? "ErrorsFound" : findings.isEmpty() ? "NoErrorsFound" : "WarningsFound")
                .put("message", message);
    }

    private ArrayNode messages() {
        ArrayNode messages = JSON.createArrayNode();
        for (Finding finding : findings) {
            ObjectNode message = messages.addObject();
            message.putObject("type")
                    .put("code", finding.code().number())
                    .put("name", finding.code().title());
            message.put("level", finding.code().level().name())
                    .put("message", finding.message())
                    .put("documentationUrl", finding.code().documentation());
        }
        return messages;
    }
}
