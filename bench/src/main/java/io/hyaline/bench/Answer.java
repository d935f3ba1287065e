package io.hyaline.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads HTTP/1.1 answers with a Content-Length from one connection, one at a time. */
final class Answer {

    private static final int LIMIT = 64 * 1024;
    private static final String LENGTH = "\r\ncontent-length:";

    private final byte[] buffer = new byte[LIMIT];

    /** Reads one answer to its end and returns its status. */
    int read(InputStream in) throws IOException {
        int filled = 0;
        int headEnd = -1;
        while (headEnd < 0) {
            int from = Math.max(0, filled - 3);
            filled += more(in, filled);
            headEnd = endOfHead(from, filled);
        }
        String head = new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1);
        int total = headEnd + contentLength(head);
        if (total > LIMIT) {
            throw new IOException("the answer is longer than " + LIMIT + " bytes");
        }
        while (filled < total) {
            filled += more(in, filled);
        }
        if (filled > total) {
            throw new IOException("bytes after the end of the answer: " + (filled - total));
        }
        return status(head);
    }

    private int more(InputStream in, int filled) throws IOException {
        if (filled == LIMIT) {
            throw new IOException("the answer's head is longer than " + LIMIT + " bytes");
        }
        int n = in.read(buffer, filled, LIMIT - filled);
        if (n < 0) {
            throw new EOFException("the connection was closed after " + filled + " bytes of an answer");
        }
        return n;
    }

    private int endOfHead(int from, int to) {
        for (int i = from; i + 3 < to; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    private static int status(String head) throws IOException {
        if (!head.startsWith("HTTP/1.1 ") || head.length() < 12) {
            throw new IOException(
                    "not an HTTP/1.1 answer: " + head.lines().findFirst().orElse(""));
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    private static int contentLength(String head) throws IOException {
        int at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("the answer has no Content-Length");
        }
        int start = at + LENGTH.length();
        return Integer.parseInt(head.substring(start, head.indexOf('\r', start)).trim());
    }
}
