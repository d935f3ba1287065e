package io.hyaline.proxy.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * Counts what costs a peer nothing and us something: empty frames, priorities, window updates, requests that are given up as
 * soon as they are made (CVE-2023-44487) or that make us reset them (CVE-2025-8671).
 */
final class FloodGuard {

    private static final int FREE_WINDOW_UPDATES = 5;
    private static final int FREE_STREAMS = 500;

    private final Http2Limits limits;
    private long streams;
    private long dataFramesSent;
    private long windowUpdates;
    private long priorities;
    private int empty;
    private long ended;
    private long premature;

    FloodGuard(Http2Limits limits) {
        this.limits = limits;
    }

    void streamOpened() {
        streams++;
    }

    void dataSent() {
        dataFramesSent++;
    }

    void dataReceived(int bytes, boolean end) throws Http2Exception {
        if (bytes > 0 || end) {
            empty = 0;
        } else if (++empty > limits.maxEmptyFrames()) {
            throw flood("empty DATA frames");
        }
    }

    void priorityReceived() throws Http2Exception {
        if (++priorities > limits.maxPriorityFrames() * (1 + streams)) {
            throw flood("PRIORITY frames");
        }
    }

    void windowUpdateReceived() throws Http2Exception {
        long allowed = FREE_WINDOW_UPDATES + 2 * (streams + limits.maxWindowUpdates() * dataFramesSent);
        if (++windowUpdates > allowed) {
            throw flood("WINDOW_UPDATE frames");
        }
    }

    /** A stream has ended; whether the connection may go on: half of the first streams, or of all, may be given up. */
    boolean streamEnded(boolean givenUp) {
        ended++;
        if (givenUp) {
            premature++;
        }
        return ended < FREE_STREAMS ? premature < FREE_STREAMS / 2 : premature * 2 < ended;
    }

    private static Http2Exception flood(String what) {
        return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many %s", what);
    }
}
