package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * What a head says about its body and its connection. Anything that two readers could understand differently is refused.
 *
 * @param length bytes of the body; -1 when it is not given
 */
record Framing(
        @Nullable Problem problem, long length, boolean chunked, boolean close, boolean keepAlive, boolean upgrade) {

    /** What is wrong with a head's framing. */
    enum Problem {
        BOTH_LENGTH_AND_CHUNKED,
        BAD_LENGTH,
        BAD_TRANSFER_ENCODING
    }

    private static final Framing PLAIN = new Framing(null, -1, false, false, false, false);
    private static final long SPECIAL = HeaderName.bits(
            HeaderName.CONTENT_LENGTH, HeaderName.TRANSFER_ENCODING, HeaderName.CONNECTION, HeaderName.UPGRADE);
    private static final int MAX_LENGTH_DIGITS = 18;

    static Framing of(Head head) {
        long special = head.present() & SPECIAL;
        if (special == 0) {
            return PLAIN;
        }
        boolean chunked = false;
        int encoding = head.find(HeaderName.TRANSFER_ENCODING);
        if (encoding >= 0) {
            if (head.has(HeaderName.CONTENT_LENGTH)) {
                return problem(Problem.BOTH_LENGTH_AND_CHUNKED);
            }
            if (!head.valueIs(encoding, "chunked") || head.next(HeaderName.TRANSFER_ENCODING, encoding + 1) >= 0) {
                return problem(Problem.BAD_TRANSFER_ENCODING);
            }
            chunked = true;
        }
        long length = length(head);
        if (length < -1) {
            return problem(Problem.BAD_LENGTH);
        }
        if (head.find(HeaderName.CONNECTION) < 0) {
            return new Framing(null, length, chunked, false, false, false);
        }
        String words = String.valueOf(head.joined(HeaderName.CONNECTION));
        return new Framing(
                null,
                length,
                chunked,
                Words.contains(words, "close"),
                Words.contains(words, "keep-alive"),
                Words.contains(words, "upgrade") && upgrade(head));
    }

    /** An offer of HTTP/2 in plaintext is no upgrade: it is left out, and the request goes on as it is. */
    private static boolean upgrade(Head head) {
        int at = head.find(HeaderName.UPGRADE);
        return at >= 0 && !head.valueIs(at, "h2c");
    }

    private static Framing problem(Problem problem) {
        return new Framing(problem, -1, false, true, false, false);
    }

    /** -1 when there is none, -2 when it is no single plain number. */
    private static long length(Head head) {
        int at = head.find(HeaderName.CONTENT_LENGTH);
        if (at < 0) {
            return -1;
        }
        int from = head.valueStart(at);
        int until = head.valueEnd(at);
        if (from == until || until - from > MAX_LENGTH_DIGITS || head.next(HeaderName.CONTENT_LENGTH, at + 1) >= 0) {
            return -2;
        }
        byte[] bytes = head.bytes();
        long length = 0;
        for (int i = from; i < until; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -2;
            }
            length = length * 10 + digit;
        }
        return length;
    }
}
