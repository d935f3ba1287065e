package io.hyaline.proxy.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** The part of strftime that Envoy's START_TIME knows, in UTC, with {@code %E3S}, {@code %f} and {@code %3f} for fractions. */
final class TimeFormat {

    private record Step(BiConsumer<ZonedDateTime, StringBuilder> write) {}

    private final List<Step> steps = new ArrayList<>();

    static TimeFormat of(String format) {
        TimeFormat compiled = new TimeFormat();
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i++);
            if (c != '%' || i == format.length()) {
                compiled.steps.add(new Step((time, out) -> out.append(c)));
                continue;
            }
            int digits = 0;
            boolean seconds = false;
            if (format.charAt(i) == 'E' && i + 2 < format.length()) {
                i++;
                seconds = true;
            }
            while (i + 1 < format.length() && Character.isDigit(format.charAt(i))) {
                digits = digits * 10 + format.charAt(i) - '0';
                i++;
            }
            compiled.steps.add(new Step(step(format.charAt(i++), digits, seconds)));
        }
        return compiled;
    }

    private static BiConsumer<ZonedDateTime, StringBuilder> step(char c, int digits, boolean seconds) {
        return switch (c) {
            case 'Y' -> (t, out) -> out.append(t.getYear());
            case 'm' -> (t, out) -> two(out, t.getMonthValue());
            case 'd' -> (t, out) -> two(out, t.getDayOfMonth());
            case 'H' -> (t, out) -> two(out, t.getHour());
            case 'M' -> (t, out) -> two(out, t.getMinute());
            case 'S' ->
                (t, out) -> {
                    two(out, t.getSecond());
                    if (seconds && digits > 0) {
                        out.append('.').append(fraction(t, digits));
                    }
                };
            case 'F' -> (t, out) -> out.append(t.toLocalDate());
            case 'T' ->
                (t, out) -> {
                    two(out, t.getHour());
                    two(out.append(""), t.getMinute(), ':');
                    two(out, t.getSecond(), ':');
                };
            case 'f' -> (t, out) -> out.append(fraction(t, digits == 0 ? 9 : digits));
            case 's' -> (t, out) -> out.append(t.toEpochSecond());
            case 'z' -> (t, out) -> out.append("+0000");
            case 'Z' -> (t, out) -> out.append("UTC");
            case 'b' ->
                (t, out) -> out.append(t.getMonth().getDisplayName(java.time.format.TextStyle.SHORT, Locale.ENGLISH));
            case '%' -> (t, out) -> out.append('%');
            default -> throw new IllegalArgumentException("time format %" + c + " is not known");
        };
    }

    private static String fraction(ZonedDateTime time, int digits) {
        return String.format(Locale.ROOT, "%09d", time.getNano()).substring(0, Math.min(9, digits));
    }

    private static void two(StringBuilder out, int value) {
        out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }

    private static void two(StringBuilder out, int value, char before) {
        out.append(before);
        two(out, value);
    }

    String format(long epochMicros) {
        ZonedDateTime time = Instant.ofEpochSecond(
                        Math.floorDiv(epochMicros, 1_000_000L), Math.floorMod(epochMicros, 1_000_000L) * 1000)
                .atZone(ZoneOffset.UTC);
        StringBuilder out = new StringBuilder();
        for (Step step : steps) {
            step.write().accept(time, out);
        }
        return out.toString();
    }
}
