package io.hyaline.pilot.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.pilot.analyze.Code;
import io.hyaline.pilot.analyze.Finding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerdictTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Finding ERROR =
            new Finding(Code.REFERENCED_RESOURCE_NOT_FOUND, "Referenced host not found: \"a\"");
    private static final Finding WARNING = new Finding(Code.HOST_NOT_IN_GATEWAY, "lost");

    @Test
    void saysWhatIsAmissAsIstioDoes() {
        JsonNode status = status(new Verdict(3, List.of(ERROR, WARNING)), null, "2026-01-01T00:00:00Z");
        assertThat(status.toString())
                .isEqualTo(
                        "{\"observedGeneration\":3,\"conditions\":[{\"type\":\"PassedAnalysis\",\"status\":\"False\","
                                + "\"reason\":\"ErrorsFound\",\"message\":\"[IST0101] ReferencedResourceNotFound: Referenced host not"
                                + " found: \\\"a\\\"; [IST0132] VirtualServiceHostNotFoundInGateway: lost\","
                                + "\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}],\"validationMessages\":[{\"type\":{\"code\":\"IST0101\","
                                + "\"name\":\"ReferencedResourceNotFound\"},\"level\":\"ERROR\",\"message\":\"Referenced host not found:"
                                + " \\\"a\\\"\",\"documentationUrl\":\"https://istio.io/latest/docs/reference/config/analysis/ist0101/\"},"
                                + "{\"type\":{\"code\":\"IST0132\",\"name\":\"VirtualServiceHostNotFoundInGateway\"},\"level\":\"WARNING\","
                                + "\"message\":\"lost\",\"documentationUrl\":\"https://istio.io/latest/docs/reference/config/analysis/ist0132/\"}]}");
    }

    @Test
    void nothingIsWrittenTwice() {
        Verdict verdict = new Verdict(3, List.of(ERROR));
        JsonNode status = status(verdict, null, "2026-01-01T00:00:00Z");
        assertThat(verdict.patch(map(status), "2026-01-02T00:00:00Z")).isNull();
        assertThat(new Verdict(4, List.of(ERROR)).patch(map(status), "2026-01-02T00:00:00Z"))
                .as("another generation is news, the time of the turn is not")
                .contains("\"observedGeneration\":4")
                .contains("2026-01-01T00:00:00Z");
        assertThat(new Verdict(4, List.of(WARNING)).patch(map(status), "2026-01-02T00:00:00Z"))
                .as("from an error to a warning is a turn")
                .contains("\"WarningsFound\"")
                .contains("2026-01-02T00:00:00Z");
    }

    @Test
    void conditionsOfOthersStay() {
        Map<String, Object> before = Map.of("conditions", List.of(Map.of("type", "Other")));
        assertThat(status(new Verdict(1, List.of()), before, "2026-01-01T00:00:00Z")
                        .path("conditions")
                        .toString())
                .startsWith("[{\"type\":\"Other\"},{\"type\":\"PassedAnalysis\",\"status\":\"True\"");
    }

    private static JsonNode status(Verdict verdict, Object before, String now) {
        return JSON.readTree(verdict.patch(before, now)).path("status");
    }

    private static Object map(JsonNode status) {
        return JSON.convertValue(status, Map.class);
    }
}
