package io.hyaline.proxy.http2;

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
 */
public record Http2Limits(
        int maxConcurrentStreams,
        int streamWindow,
        int connectionWindow,
        int headerTableBytes,
        int maxControlFrames,
        int maxEmptyFrames,
        int maxPriorityFrames,
        int maxWindowUpdates) {

    public static final Http2Limits DEFAULT =
            new Http2Limits(1024, 1024 * 1024, 4 * 1024 * 1024, 4096, 1000, 1, 100, 10);
}
