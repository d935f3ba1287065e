package io.hyaline.runtime.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Turns CRI log lines into what a person asked to see. Owned by the thread that reads the file. */
final class CriLines {

    private static final int TIME_AND_STREAM_LIMIT = 64;

    private final LogRequest request;
    private long left;
    private boolean within;
    private boolean lineOpen;

    CriLines(LogRequest request) {
        this.request = request;
        left = request.limitBytes() < 0 ? Long.MAX_VALUE : request.limitBytes();
        within = request.since() == null;
    }

    /** True when no more may be shown. */
    boolean full() {
        return left <= 0;
    }

    /** Adds the line {@code bytes[from..to)}, which has no line end, to {@code out} if it is wanted. */
    void add(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        int time = indexOf(bytes, from, to);
        int stream = time < 0 ? -1 : indexOf(bytes, time + 1, to);
        int tag = stream < 0 ? -1 : indexOf(bytes, stream + 1, to);
        if (tag < 0 || stream - from > TIME_AND_STREAM_LIMIT) {
            return; // no log line of ours, such as one that a full disk cut short
        }
        String stamp = new String(bytes, from, time - from, StandardCharsets.US_ASCII);
        if (!within && !isWanted(stamp)) {
            return;
        }
        within = true;
        boolean whole = bytes[stream + 1] == 'F';
        if (request.timestamps() && !lineOpen) {
            show((stamp + " ").getBytes(StandardCharsets.US_ASCII), 0, stamp.length() + 1, out);
        }
        show(bytes, tag + 1, to, out);
        if (whole) {
            show(new byte[] {'\n'}, 0, 1, out);
        }
        lineOpen = !whole;
    }

    /** Times only grow, so one comparison per line is needed until the first that is late enough. */
    private boolean isWanted(String stamp) {
        Instant since = request.since();
        try {
            return since == null || !Instant.parse(stamp).isBefore(since);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void show(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        int count = (int) Math.min(left, to - from);
        out.write(bytes, from, count);
        left -= count;
    }

    private static int indexOf(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}
