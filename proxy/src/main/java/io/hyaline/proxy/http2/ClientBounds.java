package io.hyaline.proxy.http2;

/**
 * Bounds and timeouts of a connection to an upstream host; zero means none.
 *
 * @param maxRequests how many requests it may carry in all
 * @param idleNanos how long it may stay without a request
 * @param ageNanos how old it may become before no further request takes it
 */
public record ClientBounds(Http2Limits limits, int maxRequests, long idleNanos, long ageNanos) {}
