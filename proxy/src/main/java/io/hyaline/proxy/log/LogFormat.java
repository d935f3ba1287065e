package io.hyaline.proxy.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A format with {@code %OPERATOR%}s, compiled once into steps that write bytes. */
public final class LogFormat {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.ISO_8859_1);

    /** One step of writing. */
    private sealed interface Step {}

    @SuppressWarnings("ArrayRecordComponent") // a step that nobody compares
    private record Literal(byte[] bytes) implements Step {}

    /** An operator amid text. */
    private record Inline(Operator operator, boolean json, String unset) implements Step {}

    /** A JSON value of its own type, null when unset. */
    private record JsonValue(Operator operator) implements Step {}

    /** A JSON member that is left out when unset. */
    private record JsonMember(String key, Operator operator) implements Step {}

    private final List<Step> compiling = new ArrayList<>();
    private final Step[] steps;
    private final @Nullable String constant;

    private LogFormat(Object format, boolean json, boolean omitEmpty) {
        if (json) {
            object((Map<?, ?>) format, omitEmpty);
            literal("\n");
        } else {
            text((String) format, false, omitEmpty ? "" : "-");
        }
        steps = merged(compiling);
        constant = steps.length == 0
                ? ""
                : steps.length == 1 && steps[0] instanceof Literal literal
                        ? new String(literal.bytes(), StandardCharsets.UTF_8)
                        : null;
    }

    /** A line of text; unset operators print {@code -}, or nothing if {@code omitEmpty}. */
    public static LogFormat text(String format, boolean omitEmpty) {
        return new LogFormat(format, false, omitEmpty);
    }

    /** An object whose values are texts with operators, or again such objects; keys are written sorted, as new Envoys do. */
    public static LogFormat json(Map<String, Object> format, boolean omitEmpty) {
        return new LogFormat(format, true, omitEmpty);
    }

    /** What it prints when it holds no operator; else null. */
    public @Nullable String constant() {
        return constant;
    }

    /** The format applied to a record, as text: for header values. */
    public String apply(StreamRecord record) {
        if (constant != null) {
            return constant;
        }
        LogBuffer out = new LogBuffer(128);
        write(record, out);
        return new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8);
    }

    void write(StreamRecord record, LogBuffer out) {
        for (Step step : steps) {
            switch (step) {
                case Literal(byte[] bytes) -> out.raw(bytes);
                case Inline(Operator operator, boolean json, String unset) -> {
                    if (!operator.write(record, out, json)) {
                        out.raw(unset);
                    }
                }
                case JsonValue(Operator operator) -> {
                    if (!value(operator, record, out)) {
                        out.raw(NULL);
                    }
                }
                case JsonMember(String key, Operator operator) -> member(key, operator, record, out);
            }
        }
    }

    private static boolean value(Operator operator, StreamRecord record, LogBuffer out) {
        if (operator instanceof Operator.Numeric || operator instanceof Operator.OptionalNumber) {
            return operator.write(record, out, true);
        }
        int before = out.length();
        out.raw((byte) '"');
        if (!operator.write(record, out, true)) {
            out.truncate(before);
            return false;
        }
        out.raw((byte) '"');
        return true;
    }

    private static void member(String key, Operator operator, StreamRecord record, LogBuffer out) {
        int before = out.length();
        if (out.bytes()[before - 1] != '{') {
            out.raw((byte) ',');
        }
        out.raw(key);
        if (!value(operator, record, out)) {
            out.truncate(before);
        }
    }

    private void object(Map<?, ?> format, boolean omitEmpty) {
        literal("{");
        boolean first = true;
        for (Map.Entry<?, ?> member : new TreeMap<>(format).entrySet()) {
            String key = quoted(String.valueOf(member.getKey())) + ":";
            Object value = member.getValue();
            Operator single = value instanceof String text ? single(text) : null;
            if (single != null && omitEmpty) {
                compiling.add(new JsonMember(key, single));
                first = false;
                continue;
            }
            literal((first ? "" : ",") + key);
            first = false;
            if (single != null) {
                compiling.add(new JsonValue(single));
            } else if (value instanceof Map<?, ?> inner) {
                object(inner, omitEmpty);
            } else if (value instanceof String text) {
                literal("\"");
                text(text, true, omitEmpty ? "" : "-");
                literal("\"");
            } else {
                literal(
                        value instanceof Double number && number == number.longValue()
                                ? String.valueOf(number.longValue())
                                : String.valueOf(value));
            }
        }
        literal("}");
    }

    private static String quoted(String text) {
        LogBuffer out = new LogBuffer(64);
        out.raw((byte) '"');
        out.escaped(text);
        out.raw((byte) '"');
        return new String(out.bytes(), 0, out.length(), StandardCharsets.UTF_8);
    }

    private static @Nullable Operator single(String text) {
        if (!text.startsWith("%") || text.length() < 3) {
            return null;
        }
        FormatParser parser = new FormatParser(text, 1);
        Operator operator = parser.operator();
        return parser.position() == text.length() ? operator : null;
    }

    private void text(String format, boolean json, String unset) {
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c != '%') {
                plain.append(c);
                at++;
            } else if (at + 1 < format.length() && format.charAt(at + 1) == '%') {
                plain.append('%');
                at += 2;
            } else {
                literal(json ? inner(plain) : plain.toString());
                plain.setLength(0);
                FormatParser parser = new FormatParser(format, at + 1);
                compiling.add(new Inline(parser.operator(), json, unset));
                at = parser.position();
            }
        }
        literal(json ? inner(plain) : plain.toString());
    }

    private static String inner(StringBuilder plain) {
        String quoted = quoted(plain.toString());
        return quoted.substring(1, quoted.length() - 1);
    }

    private void literal(String text) {
        if (!text.isEmpty()) {
            compiling.add(new Literal(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static Step[] merged(List<Step> steps) {
        List<Step> merged = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Literal next && !merged.isEmpty() && merged.getLast() instanceof Literal last) {
                byte[] both = java.util.Arrays.copyOf(last.bytes(), last.bytes().length + next.bytes().length);
                System.arraycopy(next.bytes(), 0, both, last.bytes().length, next.bytes().length);
                merged.set(merged.size() - 1, new Literal(both));
            } else {
                merged.add(step);
            }
        }
        return merged.toArray(Step[]::new);
    }
}
