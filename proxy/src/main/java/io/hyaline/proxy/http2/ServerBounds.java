package io.hyaline.proxy.http2;

import io.hyaline.proxy.codec.ServerSettings;

/**
 * Bounds and timeouts of a client's HTTP/2 connection.
 *
 * @param common those that every HTTP connection has
 * @param drainNanos how long a client may take to see that the connection ends
 * @param flushNanos how long a complete answer may wait for a client to read it; 0 is no bound
 */
public record ServerBounds(ServerSettings common, Http2Limits limits, long drainNanos, long flushNanos) {}
