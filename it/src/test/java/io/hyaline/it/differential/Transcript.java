package io.hyaline.it.differential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one proxy made of a case, as named fields: {@code client.a.answer[1].status}, {@code upstream.request[2].header.host},
 * {@code log[1].response_flags}. Everything is masked already where it must differ, so that equal means equal text.
 */
final class Transcript {

    /** The field of a proxy that did not start; it has no others. */
    static final String START = "start";

    private static final int LONGEST_BODY = 400;

    /** One field in which two transcripts differ; a missing field shows as such. */
    record Mismatch(String field, String left, String right) {}

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Mask mask;
    private int logLines;

    Transcript(Mask mask) {
        this.mask = mask;
    }

    synchronized void put(String field, String value) {
        fields.put(field, mask.apply(value));
    }

    /** Field names keep their case, the order of different fields is not kept, values of equal names keep their order. */
    synchronized void message(String prefix, HttpText message) {
        put(prefix + ".line", message.startLine());
        headers(prefix + ".header.", message.fields());
        if (message.body().length > 0) {
            put(prefix + ".body", body(message.body()));
        }
        put(prefix + ".framing", message.framing() + (message.complete() ? "" : ", incomplete"));
        headers(prefix + ".trailer.", message.trailers());
    }

    private void headers(String prefix, List<HttpText.Field> headers) {
        Map<String, List<String>> byName = new TreeMap<>();
        for (HttpText.Field header : headers) {
            byName.computeIfAbsent(header.name(), _ -> new ArrayList<>())
                    .add(mask.header(header.name(), header.value()));
        }
        byName.forEach((name, values) -> fields.put(prefix + name, mask.apply(printable(String.join(" // ", values)))));
    }

    synchronized void logLine(Map<String, Object> line) {
        logLines++;
        line.forEach((key, value) -> fields.put("log[" + logLines + "]." + key, mask.logValue(key, value)));
    }

    synchronized int logLines() {
        return logLines;
    }

    synchronized boolean stuck() {
        return fields.keySet().stream().anyMatch(f -> f.endsWith(".stuck"));
    }

    static String body(byte[] body) {
        String text = Wire.printable(body);
        return text.length() <= LONGEST_BODY ? text : body.length + " bytes, sha256 " + digest(body);
    }

    private static String printable(String text) {
        return Wire.printable(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static List<Mismatch> compare(Transcript left, Transcript right) {
        String refused = right.fields.get(START);
        if (refused != null) {
            return List.of(new Mismatch(START, "ready", refused));
        }
        List<Mismatch> found = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(left.fields.keySet());
        names.addAll(right.fields.keySet());
        for (String name : names) {
            String one = left.fields.getOrDefault(name, "(absent)");
            String other = right.fields.getOrDefault(name, "(absent)");
            if (!one.equals(other)) {
                found.add(new Mismatch(name, one, other));
            }
        }
        return Collections.unmodifiableList(found);
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) ->
                text.append("  ").append(name).append(" = ").append(value).append('\n'));
        return text.toString();
    }
}
