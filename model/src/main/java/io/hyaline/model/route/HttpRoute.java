package io.hyaline.model.route;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a VirtualService's {@code http}.
 *
 * @param matches one of them has to agree; empty takes every request
 * @param timeout null for none
 * @param retries null for the mesh's default
 */
public record HttpRoute(
        String name,
        List<HttpMatch> matches,
        HttpAction action,
        Rewrite rewrite,
        @Nullable Duration timeout,
        @Nullable Retries retries,
        @Nullable Fault fault,
        List<Mirror> mirrors,
        @Nullable Cors cors,
        HeaderChanges headers) {
    public HttpRoute {
        matches = List.copyOf(matches);
        mirrors = List.copyOf(mirrors);
    }

    /** Empty parts stay; {@code pattern} and {@code substitution} belong together. */
    public record Rewrite(String uri, String authority, String pattern, String substitution) {
        public static final Rewrite NONE = new Rewrite("", "", "", "");
    }

    /**
     * How a request is tried again.
     *
     * @param attempts 0 never
     * @param on Envoy's words and status codes, comma separated; empty for the default
     * @param otherHosts null for the default, which is yes
     */
    public record Retries(
            int attempts,
            @Nullable Duration perTry,
            String on,
            @Nullable Boolean otherHosts,
            @Nullable Duration backOff) {}

    /** A failure on purpose; percentages are in millionths. */
    public record Fault(
            @Nullable Duration delay, int delayMillionths, int abortStatus, int grpcStatus, int abortMillionths) {
        /** For {@code grpcStatus}: not given. */
        public static final int NO_GRPC_STATUS = -1;
    }

    public record Mirror(Destination destination, int millionths) {}

    /**
     * Which other origins may read answers.
     *
     * @param credentials null when nothing is said
     */
    public record Cors(
            List<TextMatch> origins,
            List<String> methods,
            List<String> requestHeaders,
            List<String> exposedHeaders,
            @Nullable Duration maxAge,
            @Nullable Boolean credentials,
            boolean forwardUnmatchedPreflights) {
        public Cors {
            origins = List.copyOf(origins);
            methods = List.copyOf(methods);
            requestHeaders = List.copyOf(requestHeaders);
            exposedHeaders = List.copyOf(exposedHeaders);
        }
    }
}
