package io.hyaline.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What kubectl create sends is covered by the tests with kubectl; this is about the bytes. */
final class ProtobufTest {

    @Test
    void readsFieldsMapsAndEmbeddedMessages() {
        JsonNode map = Protobuf.read(sample()).node();
        assertThat(Json.string(map, "kind")).isEqualTo("ConfigMap");
        assertThat(Json.string(map, "metadata", "name")).isEqualTo("x");
        assertThat(Json.map(map, "data")).containsExactly(java.util.Map.entry("a", "b"));
        assertThat(map.has("binaryData")).isFalse();
    }

    @Test
    void tellsWhatItCannotRead() {
        assertThatThrownBy(() -> Protobuf.read("{}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("does not start as Kubernetes protobuf does");
        byte[] unknown = envelope("example.io/v1", "Widget", new byte[0]);
        assertThatThrownBy(() -> Protobuf.read(unknown))
                .hasMessageContaining("example.io/v1 Widget is known; send JSON");
    }

    /** Damaged bytes are refused or read as something else; nothing but a complaint comes out. */
    @Test
    void damagedBytesDoNoHarm() {
        byte[] good = sample();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, 5 + random.nextInt(good.length - 4));
            bad[4 + random.nextInt(bad.length - 4)] = (byte) random.nextInt();
            try {
                assertThat(Protobuf.read(bad).node()).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    private static byte[] sample() {
        byte[] metadata = message(field(1, text("x")));
        byte[] entry = message(field(1, text("a")), field(2, text("b")));
        return envelope("v1", "ConfigMap", message(field(1, metadata), field(2, entry)));
    }

    private static byte[] envelope(String apiVersion, String kind, byte[] raw) {
        byte[] type = message(field(1, text(apiVersion)), field(2, text(kind)));
        return message(new byte[] {'k', '8', 's', 0}, field(1, type), field(2, raw));
    }

    private static byte[] field(int number, byte[] value) {
        return message(new byte[] {(byte) (number << 3 | 2), (byte) value.length}, value);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
