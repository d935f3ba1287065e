package io.hyaline.apiserver.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class SelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | true",
                "app==web,tier!=db | true",
                "app!=web | false",
                "app in (web, api) | true",
                "app notin (web),tier | false",
                "tier notin (a,b) | true",
                "app | true",
                "!app | false",
                "! tier | true",
                "size>3 | true",
                "size<3 | false",
                "example.io/x-y=1 | false",
            })
    void labelsMatch(String selector, boolean expected) {
        assertThat(LabelSelector.parse(selector).matches(Map.of("app", "web", "size", "5")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a=b=c", "a in b", "=x", "a,,b(", "(a)"})
    void nonsenseIsRefused(String selector) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void fieldsMatch() {
        ObjectNode pod = Json.object();
        pod.putObject("metadata").put("name", "p").put("namespace", "n");
        pod.putObject("spec").put("nodeName", "node-1");
        assertThat(FieldSelector.parse("pods", "spec.nodeName=node-1,metadata.name!=q")
                        .matches(pod))
                .isTrue();
        assertThat(FieldSelector.parse("pods", "status.phase=Running").matches(pod))
                .isFalse();
        assertThatThrownBy(() -> FieldSelector.parse("configmaps", "spec.nodeName=x"))
                .hasMessage("field label not supported: spec.nodeName");
    }
}
