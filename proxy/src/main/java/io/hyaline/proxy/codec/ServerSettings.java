package io.hyaline.proxy.codec;

/**
 * Bounds and timeouts of a client's connection; zero nanoseconds, and zero requests, mean none.
 *
 * @param trailers whether HTTP/1.1 trailers are read and written
 * @param ageNanos how old a connection may become before it drains
 */
public record ServerSettings(
        int maxHeadBytes,
        int maxHeaders,
        int maxRequests,
        boolean http10,
        String http10Host,
        boolean trailers,
        long idleNanos,
        long headNanos,
        long ageNanos,
        Draining draining) {}
