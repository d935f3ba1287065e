package io.hyaline.proxy.head;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one head out of bytes that arrive in any pieces. Strict: what two programs could read differently is refused.
 *
 * <p>The bytes are copied into the head once, names are lowered where they lie.
 */
public final class HeadScanner {

    /** What a piece of input led to. */
    public enum Outcome {
        MORE,
        DONE,
        MALFORMED,
        BAD_CHARACTER,
        TOO_MANY,
        TOO_LARGE,
        BAD_VERSION
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int COPY_BYTES = 2048;
    private static final long HIGH = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;

    /** Lower-case form of the characters a name may have; 0 for all others. */
    static final byte[] NAME = new byte[256];

    static {
        for (char c = '0'; c <= '9'; c++) {
            NAME[c] = (byte) c;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            NAME[c] = (byte) c;
            NAME[c - 'a' + 'A'] = (byte) c;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            NAME[c] = (byte) c;
        }
    }

    /** The methods that Envoy's parser knows; it refuses all others. */
    private static final Set<String> METHODS = Set.of(
            "ACL",
            "BIND",
            "CHECKOUT",
            "CONNECT",
            "COPY",
            "DELETE",
            "GET",
            "HEAD",
            "LINK",
            "LOCK",
            "M-SEARCH",
            "MERGE",
            "MKACTIVITY",
            "MKCALENDAR",
            "MKCOL",
            "MOVE",
            "MSEARCH",
            "NOTIFY",
            "OPTIONS",
            "PATCH",
            "POST",
            "PROPFIND",
            "PROPPATCH",
            "PURGE",
            "PUT",
            "REBIND",
            "REPORT",
            "SEARCH",
            "SOURCE",
            "SUBSCRIBE",
            "TRACE",
            "UNBIND",
            "UNLINK",
            "UNLOCK",
            "UNSUBSCRIBE");

    private final boolean request;
    private final int maxBytes;
    private final int maxHeaders;
    private int scanned;
    private int lineStart;
    private final boolean withoutStartLine;
    private boolean startLineSeen;

    public HeadScanner(boolean request, int maxBytes, int maxHeaders) {
        this(request, maxBytes, maxHeaders, false);
    }

    private HeadScanner(boolean request, int maxBytes, int maxHeaders, boolean withoutStartLine) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.maxHeaders = maxHeaders;
        this.withoutStartLine = withoutStartLine;
        this.startLineSeen = withoutStartLine;
    }

    /** A scanner of fields alone, up to an empty line. */
    public static HeadScanner ofTrailers(int maxBytes, int maxFields) {
        return new HeadScanner(false, maxBytes, maxFields, true);
    }

    /** Ready for the next head. */
    public void reset() {
        scanned = 0;
        lineStart = 0;
        startLineSeen = withoutStartLine;
    }

    /** Whether some of a head has been read. */
    public boolean started() {
        return scanned > 0;
    }

    /** Takes from {@code in} what belongs to the head, and no byte more. */
    public Outcome feed(ByteBuf in, Head head) {
        while (in.isReadable()) {
            int piece = Math.min(in.readableBytes(), COPY_BYTES);
            head.reserve(piece);
            in.getBytes(in.readerIndex(), head.bytes, head.end, piece);
            int before = head.end;
            head.end += piece;
            Outcome outcome = lines(head);
            if (outcome != Outcome.MORE) {
                in.skipBytes(scanned - before);
                head.end = scanned;
                return outcome == Outcome.DONE && scanned > maxBytes ? Outcome.TOO_LARGE : outcome;
            }
            in.skipBytes(piece);
            if (head.end > maxBytes) {
                return Outcome.TOO_LARGE;
            }
        }
        return Outcome.MORE;
    }

    private Outcome lines(Head head) {
        byte[] bytes = head.bytes;
        while (true) {
            int newLine = newLine(bytes, scanned, head.end);
            if (newLine < 0) {
                scanned = head.end;
                return hopeless(bytes, head.end) ? Outcome.MALFORMED : Outcome.MORE;
            }
            scanned = newLine + 1;
            int lineEnd = newLine - 1;
            if (lineEnd < lineStart || bytes[lineEnd] != '\r') {
                return Outcome.MALFORMED;
            }
            int from = lineStart;
            lineStart = scanned;
            if (from == lineEnd) {
                if (startLineSeen) {
                    return Outcome.DONE;
                }
                continue;
            }
            Outcome outcome = startLineSeen ? header(head, from, lineEnd) : startLine(head, from, lineEnd);
            if (outcome != Outcome.MORE) {
                return outcome;
            }
        }
    }

    /** Whether what has come of the first line cannot become a request: a TLS handshake, for one, has no end of line. */
    private boolean hopeless(byte[] bytes, int until) {
        return request
                && !startLineSeen
                && lineStart < until
                && bytes[lineStart] != '\r'
                && NAME[bytes[lineStart] & 0xff] == 0;
    }

    private static int newLine(byte[] bytes, int from, int until) {
        int i = from;
        for (; i + 8 <= until; i += 8) {
            long word = (long) LONGS.get(bytes, i) ^ 0x0a0a0a0a0a0a0a0aL;
            long zero = (word - ONES) & ~word & HIGH;
            if (zero != 0) {
                return i + (Long.numberOfTrailingZeros(zero) >>> 3);
            }
        }
        for (; i < until; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private Outcome header(Head head, int from, int lineEnd) {
        byte[] bytes = head.bytes;
        int hash = 0;
        int at = from;
        for (; at < lineEnd; at++) {
            byte lower = NAME[bytes[at] & 0xff];
            if (lower == 0) {
                break;
            }
            bytes[at] = lower;
            hash = hash * 31 + lower;
        }
        if (at == from || at == lineEnd || bytes[at] != ':') {
            return at < lineEnd && bytes[at] == 0 ? Outcome.BAD_CHARACTER : Outcome.MALFORMED;
        }
        int valueStart = at + 1;
        int valueEnd = lineEnd;
        while (valueStart < valueEnd && blank(bytes[valueStart])) {
            valueStart++;
        }
        while (valueEnd > valueStart && blank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        if (!printable(bytes, valueStart, valueEnd)) {
            return Outcome.BAD_CHARACTER;
        }
        if (head.count >= maxHeaders) {
            return Outcome.TOO_MANY;
        }
        head.put(HeaderName.lookUp(bytes, from, at, hash), from, at, valueStart, valueEnd);
        return Outcome.MORE;
    }

    static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** No control characters but the tab. */
    static boolean printable(byte[] bytes, int from, int until) {
        int i = from;
        for (; i + 8 <= until; i += 8) {
            long word = (long) LONGS.get(bytes, i);
            long delete = word ^ 0x7f7f7f7f7f7f7f7fL;
            if (((((word - 0x2020202020202020L) | (delete - ONES)) & ~word) & HIGH) != 0) {
                break;
            }
        }
        for (; i < until; i++) {
            int b = bytes[i] & 0xff;
            if ((b < 0x20 && b != '\t') || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private Outcome startLine(Head head, int from, int lineEnd) {
        startLineSeen = true;
        return request ? requestLine(head, from, lineEnd) : statusLine(head, from, lineEnd);
    }

    private static Outcome requestLine(Head head, int from, int lineEnd) {
        byte[] bytes = head.bytes;
        int at = from;
        while (at < lineEnd && NAME[bytes[at] & 0xff] != 0) {
            at++;
        }
        if (at == from || at == lineEnd || bytes[at] != ' ') {
            return Outcome.MALFORMED;
        }
        String method = method(head, from, at);
        if (method == null) {
            return Outcome.MALFORMED;
        }
        head.method = method;
        int targetStart = at + 1;
        int targetEnd = targetStart;
        while (targetEnd < lineEnd && bytes[targetEnd] > 0x20 && bytes[targetEnd] != 0x7f) {
            targetEnd++;
        }
        if (targetEnd == lineEnd && targetEnd > targetStart) {
            return Outcome.BAD_VERSION;
        }
        if (targetEnd == targetStart || bytes[targetEnd] != ' ') {
            return targetEnd < lineEnd && bytes[targetEnd] == 0 ? Outcome.BAD_CHARACTER : Outcome.MALFORMED;
        }
        head.pathStart = targetStart;
        head.pathEnd = targetEnd;
        return version(head, targetEnd + 1, lineEnd) ? Outcome.MORE : badVersion(bytes, targetEnd + 1, lineEnd);
    }

    private static Outcome badVersion(byte[] bytes, int from, int lineEnd) {
        return lineEnd - from == 8 && bytes[from] == 'H' && bytes[from + 4] == '/'
                ? Outcome.BAD_VERSION
                : Outcome.MALFORMED;
    }

    private static boolean version(Head head, int from, int until) {
        byte[] bytes = head.bytes;
        if (until - from != 8
                || bytes[from] != 'H'
                || bytes[from + 1] != 'T'
                || bytes[from + 2] != 'T'
                || bytes[from + 3] != 'P'
                || bytes[from + 4] != '/'
                || bytes[from + 5] != '1'
                || bytes[from + 6] != '.'
                || (bytes[from + 7] != '1' && bytes[from + 7] != '0')) {
            return false;
        }
        head.minorVersion = bytes[from + 7] - '0';
        return true;
    }

    private static @Nullable String method(Head head, int from, int until) {
        String known = knownMethod(head.bytes, from, until);
        if (known != null) {
            return known;
        }
        String text = head.text(from, until);
        return METHODS.contains(text) ? text : null;
    }

    private static @Nullable String knownMethod(byte[] bytes, int from, int until) {
        int length = until - from;
        return switch (bytes[from]) {
            case 'G' -> length == 3 && bytes[from + 1] == 'E' && bytes[from + 2] == 'T' ? "GET" : null;
            case 'P' ->
                length == 4 && bytes[from + 1] == 'O' && bytes[from + 2] == 'S' && bytes[from + 3] == 'T'
                        ? "POST"
                        : length == 3 && bytes[from + 1] == 'U' && bytes[from + 2] == 'T' ? "PUT" : null;
            default -> null;
        };
    }

    private static Outcome statusLine(Head head, int from, int lineEnd) {
        byte[] bytes = head.bytes;
        if (lineEnd - from < 12 || !version(head, from, from + 8) || bytes[from + 8] != ' ') {
            return Outcome.MALFORMED;
        }
        int status = 0;
        for (int i = from + 9; i < from + 12; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Outcome.MALFORMED;
            }
            status = status * 10 + digit;
        }
        if (status < 100 || (lineEnd > from + 12 && bytes[from + 12] != ' ')) {
            return Outcome.MALFORMED;
        }
        head.status = status;
        return Outcome.MORE;
    }
}
