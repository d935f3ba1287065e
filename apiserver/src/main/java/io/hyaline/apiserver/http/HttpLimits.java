package io.hyaline.apiserver.http;

/**
 * Bounds of the wire.
 *
 * @param concurrentRequests requests that are worked on at once; more get 429
 * @param streams watches and pod streams at once
 * @param streamsPerClient the same from one client address
 * @param waitingPerConnection pipelined requests that wait for their turn on one connection
 */
public record HttpLimits(
        int bodyBytes,
        int headerBytes,
        int concurrentRequests,
        int streams,
        int streamsPerClient,
        int waitingPerConnection) {
    public static final HttpLimits DEFAULT = new HttpLimits(3 << 20, 64 << 10, 400, 4000, 2000, 16);
}
