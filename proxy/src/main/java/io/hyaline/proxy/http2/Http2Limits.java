package io.hyaline.proxy.http2;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of one HTTP/2 connection, after Envoy's Http2ProtocolOptions.
 *
 * @param maxConcurrentStreams requests that may run at once
 * @param streamWindow bytes of a body that may be on their way, or wait here, for one request
 * @param connectionWindow the same for all requests of a connection together
 * @param headerTableBytes HPACK's table
 * @param maxControlFrames answers to pings, settings and broken streams that may wait for a peer that does not read
 * @param maxEmptyFrames empty DATA frames in a row
 * @param maxPriorityFrames PRIORITY frames for each stream
 * @param maxWindowUpdates WINDOW_UPDATE frames for each DATA frame sent
 * @param keepAlive null when the peer is not asked whether it is still there
 */
public record Http2Limits(
        int maxConcurrentStreams,
        int streamWindow,
        int connectionWindow,
        int headerTableBytes,
        int maxControlFrames,
        int maxEmptyFrames,
        int maxPriorityFrames,
        int maxWindowUpdates,
        @Nullable KeepAlive keepAlive) {

    /** What holds for clients when nothing is configured. */
    public static final Http2Limits DEFAULT =
            new Http2Limits(1024, 1024 * 1024, 4 * 1024 * 1024, 4096, 1000, 1, 100, 10, null);

    /**
     * The same for upstreams: one connection carries the answers to many clients, of which those that do not read must not stop
     * the others, so that a stream's window is a small part of the connection's.
     */
    public static final Http2Limits UPSTREAM =
            new Http2Limits(1024, 256 * 1024, 32 * 1024 * 1024, 4096, 1000, 1, 100, 10, null);

    /**
     * Pings that find out whether the peer is still there.
     *
     * @param interval between them; zero sends none
     * @param jitterPercent how much longer an interval may be, at random
     * @param idle how long a connection must have had no request for the next one to be preceded by a ping; zero sends none
     */
    public record KeepAlive(Duration interval, Duration timeout, int jitterPercent, Duration idle) {}
}
