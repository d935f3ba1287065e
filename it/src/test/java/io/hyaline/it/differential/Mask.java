package io.hyaline.it.differential;

import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what differs from run to run by its shape: ports, times, durations, generated ids. What the case file itself says
 * is never replaced.
 *
 * @param ports the ports of this run and their names
 * @param text the case file
 */
record Mask(Map<Integer, String> ports, String text) {

    private static final Pattern LOOPBACK_PORT = Pattern.compile("(127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]):(\\d+)");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern DATE = Pattern.compile(
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
    private static final Pattern START_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    /** A cookie that a proxy makes of both ends of a connection. */
    private static final Pattern HASH = Pattern.compile("\"[0-9a-f]{16}\"");

    private static final Set<String> MILLISECONDS = Set.of("duration", "upstream_service_time");

    String apply(String value) {
        String ported =
                LOOPBACK_PORT.matcher(value).replaceAll(m -> Matcher.quoteReplacement(m.group(1) + ":" + port(m)));
        return UUID.matcher(ported).replaceAll(m -> text.contains(m.group()) ? m.group() : "<uuid>");
    }

    private String port(MatchResult found) {
        int port = Integer.parseInt(found.group(2));
        String name = ports.get(port);
        if (name != null) {
            return "<" + name + ">";
        }
        return port == 0 || says(found.group(2)) ? found.group(2) : "<port>";
    }

    /** A number by itself: 45678 is not said by 0123456789. */
    private boolean says(String number) {
        return Pattern.compile("(?<!\\d)" + number + "(?!\\d)").matcher(text).find();
    }

    String header(String name, String value) {
        return switch (name.toLowerCase()) {
            case "date" -> DATE.matcher(value).matches() && !text.contains(value) ? "<date>" : value;
            case "set-cookie" ->
                text.contains(value) ? value : HASH.matcher(value).replaceAll("\"<hash>\"");
            case "x-envoy-upstream-service-time" -> milliseconds(value);
            case "x-envoy-expected-rq-timeout-ms" -> timeLeft(value);
            default -> value;
        };
    }

    /** JSON types are part of the value: a string shows in quotes, null and numbers without. */
    String logValue(String key, Object value) {
        if (key.equals("bytes_sent") && text.contains("manner deaf")) {
            return "<as much as fitted>";
        }
        if (value instanceof String string) {
            return '"' + apply(MILLISECONDS.contains(key) ? milliseconds(string) : startTime(key, string)) + '"';
        }
        if (value instanceof Number number && MILLISECONDS.contains(key)) {
            return milliseconds(number.toString());
        }
        return String.valueOf(value);
    }

    /** Of a timeout in whole seconds a retry has a little less left. */
    private String timeLeft(String value) {
        if (!value.matches("\\d{4,6}") || text.contains(value)) {
            return value;
        }
        return "<at most " + (Integer.parseInt(value) + 999) / 1000 + "000>";
    }

    private String milliseconds(String value) {
        return value.matches("\\d+") && !text.contains("service-time: " + value) ? "<ms>" : value;
    }

    private static String startTime(String key, String value) {
        return key.equals("start_time") && START_TIME.matcher(value).matches() ? "<time>" : value;
    }
}
