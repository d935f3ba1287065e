package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;

/**
 * How an answer's body is delimited towards the client, and whether the connection ends with it. The head is given the
 * headers that say so.
 *
 * @param room bytes of a small body that may be copied behind the head
 */
record AnswerFraming(boolean chunked, int room, boolean close) {

    /**
     * Decides for one answer.
     *
     * @param mayCarryBody false for the answer to HEAD
     * @param end no body follows
     * @param close whether the connection ends anyway
     */
    static AnswerFraming settle(Head answer, boolean http10, boolean mayCarryBody, boolean end, boolean close) {
        int status = answer.status();
        if (status < 200) {
            return new AnswerFraming(false, 0, close);
        }
        if (status == 204) {
            answer.remove(HeaderName.CONTENT_LENGTH);
        }
        boolean bodiless = !mayCarryBody || status == 204 || status == 304;
        boolean chunked = false;
        boolean closes = close;
        int room = 0;
        if (!mayCarryBody && !answer.has(HeaderName.CONTENT_LENGTH) && !http10) {
            answer.add(HeaderName.TRANSFER_ENCODING, "chunked");
        } else if (!end && !bodiless) {
            int length = answer.find(HeaderName.CONTENT_LENGTH);
            if (length < 0) {
                chunked = !http10;
                closes |= http10;
            } else {
                room = smallLength(answer, length);
            }
        }
        if (closes) {
            answer.set(HeaderName.CONNECTION, "close");
        } else if (http10) {
            answer.set(HeaderName.CONNECTION, "keep-alive");
        }
        if (chunked) {
            answer.add(HeaderName.TRANSFER_ENCODING, "chunked");
        } else if (end && !bodiless && !answer.has(HeaderName.CONTENT_LENGTH)) {
            answer.add(HeaderName.CONTENT_LENGTH, "0");
        }
        return new AnswerFraming(chunked, room, closes);
    }

    private static int smallLength(Head answer, int at) {
        int from = answer.valueStart(at);
        int until = answer.valueEnd(at);
        if (until - from > 4) {
            return 0;
        }
        int length = 0;
        for (int i = from; i < until; i++) {
            length = length * 10 + answer.bytes()[i] - '0';
        }
        return length <= BodyWriter.SMALL_BODY_BYTES ? length : 0;
    }
}
