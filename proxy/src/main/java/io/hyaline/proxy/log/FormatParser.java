package io.hyaline.proxy.log;

import org.jspecify.annotations.Nullable;

/** Reads one operator, {@code NAME(argument):length%}, from where its percent sign has been passed. */
final class FormatParser {

    private final String format;
    private int at;

    FormatParser(String format, int at) {
        this.format = format;
        this.at = at;
    }

    int position() {
        return at;
    }

    Operator operator() {
        int start = at;
        while (at < format.length() && (Character.isLetterOrDigit(format.charAt(at)) || format.charAt(at) == '_')) {
            at++;
        }
        String name = format.substring(start, at);
        String argument = argument();
        int length = length();
        if (at >= format.length() || format.charAt(at) != '%' || name.isEmpty()) {
            throw new IllegalArgumentException("format '" + format + "' has an operator without end at " + (start - 1));
        }
        at++;
        return Operators.of(name, argument, length);
    }

    private @Nullable String argument() {
        if (at >= format.length() || format.charAt(at) != '(') {
            return null;
        }
        int close = format.indexOf(')', at);
        if (close < 0) {
            throw new IllegalArgumentException("format '" + format + "' has an open parenthesis at " + at);
        }
        String argument = format.substring(at + 1, close);
        at = close + 1;
        return argument;
    }

    private int length() {
        if (at >= format.length() || format.charAt(at) != ':') {
            return Integer.MAX_VALUE / 2;
        }
        int end = format.indexOf('%', at);
        String digits = end < 0 ? "" : format.substring(at + 1, end);
        if (!digits.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("format '" + format + "' has a length that is no number at " + at);
        }
        at = end;
        return Integer.parseInt(digits);
    }
}
