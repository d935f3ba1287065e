package io.hyaline.it.differential;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP/1 message as it stands on the wire, read leniently and without changing anything.
 *
 * @param framing how the end of the body is known: none, length, chunked, close
 * @param end the index after the message; meaningless unless {@code complete}
 */
record HttpText(
        String startLine,
        List<Field> fields,
        byte[] body,
        String framing,
        List<Field> trailers,
        boolean hasHead,
        boolean complete,
        int end) {

    record Field(String name, String value) {}

    /** What the reader knows about the message before it reads it. */
    enum Expected {
        REQUEST,
        RESPONSE,
        RESPONSE_WITHOUT_BODY
    }

    private static final HttpText NOTHING =
            new HttpText("", List.of(), new byte[0], "none", List.of(), false, false, 0);

    static HttpText parse(byte[] data, int from, int to, boolean ended, Expected expected) {
        int headEnd = indexOf(data, from, to, "\r\n\r\n");
        if (headEnd < 0) {
            return NOTHING;
        }
        String[] lines = text(data, from, headEnd).split("\r\n", -1);
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            fields.add(field(lines[i]));
        }
        HttpText head = new HttpText(lines[0], fields, new byte[0], "none", List.of(), true, true, headEnd + 4);
        if (expected == Expected.RESPONSE_WITHOUT_BODY || head.hasNoBodyByStatus()) {
            return head;
        }
        if (head.value("transfer-encoding").toLowerCase().endsWith("chunked")) {
            return head.chunked(data, to);
        }
        if (!head.value("content-length").isEmpty()) {
            return head.counted(data, to);
        }
        if (expected == Expected.REQUEST) {
            return head;
        }
        byte[] body = java.util.Arrays.copyOfRange(data, head.end, to);
        return new HttpText(lines[0], fields, body, "close", List.of(), true, ended, to);
    }

    private boolean hasNoBodyByStatus() {
        String status = status();
        return status.startsWith("1") || status.equals("204") || status.equals("304");
    }

    /** The status code of a response, or nothing. */
    String status() {
        String[] words = startLine.split(" ", 3);
        return words[0].startsWith("HTTP/") && words.length > 1 ? words[1] : "";
    }

    /** All values of a field, joined by commas; empty when there is none. */
    String value(String name) {
        return String.join(
                ",",
                fields.stream()
                        .filter(f -> f.name().equalsIgnoreCase(name))
                        .map(Field::value)
                        .toList());
    }

    private HttpText counted(byte[] data, int to) {
        long length;
        try {
            length = Long.parseLong(value("content-length"));
        } catch (NumberFormatException _) {
            return this;
        }
        int stop = (int) Math.min(to, end + length);
        boolean whole = stop == end + length;
        byte[] body = java.util.Arrays.copyOfRange(data, end, stop);
        return new HttpText(startLine, fields, body, "length", List.of(), true, whole, stop);
    }

    private HttpText chunked(byte[] data, int to) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int at = end;
        while (true) {
            int lineEnd = indexOf(data, at, to, "\r\n");
            if (lineEnd < 0) {
                return with(body, List.of(), false, at);
            }
            int size = chunkSize(text(data, at, lineEnd));
            if (size == 0) {
                return trailers(data, lineEnd + 2, to, body);
            }
            if (size < 0 || lineEnd + 2 + size + 2 > to) {
                body.write(data, lineEnd + 2, Math.max(0, Math.min(size, to - lineEnd - 2)));
                return with(body, List.of(), false, at);
            }
            body.write(data, lineEnd + 2, size);
            at = lineEnd + 2 + size + 2;
        }
    }

    private HttpText trailers(byte[] data, int from, int to, ByteArrayOutputStream body) {
        List<Field> trailers = new ArrayList<>();
        int at = from;
        for (int lineEnd = indexOf(data, at, to, "\r\n"); lineEnd >= 0; lineEnd = indexOf(data, at, to, "\r\n")) {
            if (lineEnd == at) {
                return with(body, trailers, true, at + 2);
            }
            trailers.add(field(text(data, at, lineEnd)));
            at = lineEnd + 2;
        }
        return with(body, trailers, false, at);
    }

    private HttpText with(ByteArrayOutputStream body, List<Field> trailers, boolean whole, int stop) {
        return new HttpText(startLine, fields, body.toByteArray(), "chunked", trailers, true, whole, stop);
    }

    private static int chunkSize(String line) {
        try {
            return Integer.parseInt(line.split(";", 2)[0].strip(), 16);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static Field field(String line) {
        int colon = line.indexOf(':');
        return colon < 0
                ? new Field(line, "")
                : new Field(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    private static String text(byte[] data, int from, int to) {
        return new String(data, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int indexOf(byte[] data, int from, int to, String wanted) {
        for (int i = from; i + wanted.length() <= to; i++) {
            int k = 0;
            while (k < wanted.length() && data[i + k] == wanted.charAt(k)) {
                k++;
            }
            if (k == wanted.length()) {
                return i;
            }
        }
        return -1;
    }
}
