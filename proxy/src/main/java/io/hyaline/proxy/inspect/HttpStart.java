package io.hyaline.proxy.inspect;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells HTTP by its first line. */
final class HttpStart {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int MAX_LINE_BYTES = 8192;
    private static final int MAX_METHOD_BYTES = 32;

    private HttpStart() {}

    /** {@code http/1.0}, {@code http/1.1} or {@code h2c}; empty when it is no HTTP; null when more bytes are needed. */
    static @Nullable String version(ByteBuf bytes) {
        int length = Math.min(bytes.readableBytes(), MAX_LINE_BYTES);
        int preface = Math.min(length, PREFACE.length());
        if (PREFACE.startsWith(text(bytes, 0, preface))) {
            return preface == PREFACE.length() ? "h2c" : null;
        }
        int newLine = bytes.indexOf(bytes.readerIndex(), bytes.readerIndex() + length, (byte) '\n');
        if (newLine < 0) {
            return possible(bytes, length) && length < MAX_LINE_BYTES ? null : "";
        }
        String line = text(bytes, 0, newLine - bytes.readerIndex()).stripTrailing();
        if (!possible(bytes, line.length())) {
            return "";
        }
        return line.endsWith(" HTTP/1.1") ? "http/1.1" : line.endsWith(" HTTP/1.0") ? "http/1.0" : "";
    }

    /** Whether the line begins like a method: a token, then a space. */
    private static boolean possible(ByteBuf bytes, int length) {
        for (int i = 0; i < length; i++) {
            int b = bytes.getByte(bytes.readerIndex() + i);
            if (b == ' ') {
                return i > 0;
            }
            boolean token = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '-' || b == '_' || b == '$';
            if (!token || i >= MAX_METHOD_BYTES) {
                return false;
            }
        }
        return true;
    }

    private static String text(ByteBuf bytes, int from, int length) {
        return bytes.toString(bytes.readerIndex() + from, length, StandardCharsets.ISO_8859_1);
    }
}
