package io.hyaline.proxy.loop;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date header's text, made anew once a second. */
public final class Dates {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private long second = -1;
    private String text = "";

    public String httpDate(long epochMillis) {
        long now = epochMillis / 1000;
        if (now != second) {
            second = now;
            text = FORMAT.format(Instant.ofEpochSecond(now));
        }
        return text;
    }
}
