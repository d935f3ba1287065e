package io.hyaline.proxy.codec;

/** Bounds and timeouts of a client's connection; zero nanoseconds, and zero requests, mean none. */
public record ServerSettings(
        int maxHeadBytes,
        int maxHeaders,
        int maxRequests,
        boolean http10,
        String http10Host,
        long idleNanos,
        long headNanos) {}
