package io.hyaline.apiserver.verb;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Text that is put together from parts which are UTF-8 already. */
final class ByteList {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

    void add(byte[] bytes, int length) {
        out.write(bytes, 0, length);
    }

    void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes, bytes.length);
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
