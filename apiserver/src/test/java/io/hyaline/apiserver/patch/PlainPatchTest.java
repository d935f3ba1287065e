package io.hyaline.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Document;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON patch and merge patch; the cases are those of RFC 6902 and RFC 7386. */
final class PlainPatchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | [{\"op\":\"add\",\"path\":\"/b\",\"value\":2}] | {\"a\":1,\"b\":2}",
                "{\"a\":[1,3]} | [{\"op\":\"add\",\"path\":\"/a/1\",\"value\":2}] | {\"a\":[1,2,3]}",
                "{\"a\":[1]} | [{\"op\":\"add\",\"path\":\"/a/-\",\"value\":2}] | {\"a\":[1,2]}",
                "{\"a\":1,\"b\":2} | [{\"op\":\"remove\",\"path\":\"/a\"}] | {\"b\":2}",
                "{\"a\":1} | [{\"op\":\"replace\",\"path\":\"/a\",\"value\":{\"c\":1}}] | {\"a\":{\"c\":1}}",
                "{\"a\":{\"b\":1}} | [{\"op\":\"move\",\"from\":\"/a/b\",\"path\":\"/c\"}] | {\"a\":{},\"c\":1}",
                "{\"a\":{\"b\":1}} | [{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"}] | {\"a\":{\"b\":1},\"c\":{\"b\":1}}",
                "{\"a/b\":1,\"m~n\":2} | [{\"op\":\"test\",\"path\":\"/a~1b\",\"value\":1},{\"op\":\"remove\",\"path\":\"/m~0n\"}] | {\"a/b\":1}",
            })
    void jsonPatchChanges(String object, String patch, String outcome) throws Exception {
        assertThat(JsonPatch.apply(json(object), json(patch))).isEqualTo(json(outcome));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"op\":\"remove\",\"path\":\"/x\"}] | does not exist",
                "[{\"op\":\"test\",\"path\":\"/a\",\"value\":2}] | test failed",
                "[{\"op\":\"add\",\"path\":\"/l/7\",\"value\":2}] | out of bounds",
                "[{\"op\":\"add\",\"path\":\"/l/x\",\"value\":2}] | no list index",
                "[{\"op\":\"fly\",\"path\":\"/a\"}] | Unexpected kind: fly",
                "[{\"op\":\"add\",\"path\":\"a\",\"value\":2}] | must start with /",
                "[{\"op\":\"add\",\"path\":\"/a\"}] | needs a value",
                "{\"op\":\"add\"} | list of operations",
            })
    void jsonPatchRefuses(String patch, String message) {
        assertThatThrownBy(() -> JsonPatch.apply(json("{\"a\":1,\"l\":[1]}"), json(patch)))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
                "{\"a\":[1,2]} | {\"a\":[3]} | {\"a\":[3]}",
                "{\"a\":\"x\"} | {\"a\":{\"b\":{\"c\":null}}} | {\"a\":{\"b\":{}}}",
                "{\"a\":{\"b\":1,\"c\":2}} | {\"a\":{\"b\":null,\"d\":3}} | {\"a\":{\"c\":2,\"d\":3}}",
            })
    void mergePatchChanges(String object, String patch, String outcome) throws Exception {
        assertThat(MergePatch.apply((ObjectNode) json(object), json(patch))).isEqualTo(json(outcome));
    }

    private static JsonNode json(String text) {
        return Document.json(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
