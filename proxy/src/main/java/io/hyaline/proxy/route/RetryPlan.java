package io.hyaline.proxy.route;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When and how often a request is tried again.
 *
 * @param perTryTimeout null when only the route's timeout counts
 * @param reselections how often a host is chosen again that an earlier attempt went to
 */
public record RetryPlan(
        Set<On> on,
        int retries,
        @Nullable Duration perTryTimeout,
        List<Integer> statusCodes,
        Duration backOff,
        Duration longestBackOff,
        int reselections) {

    /** Envoy's retry_on words that HTTP/1.1 can meet, and the gRPC ones. */
    public enum On {
        SERVER_ERROR("5xx"),
        GATEWAY_ERROR("gateway-error"),
        RESET("reset"),
        RESET_BEFORE_REQUEST("reset-before-request"),
        CONNECT_FAILURE("connect-failure"),
        ENVOY_RATELIMITED("envoy-ratelimited"),
        RETRIABLE_4XX("retriable-4xx"),
        REFUSED_STREAM("refused-stream"),
        RETRIABLE_STATUS_CODES("retriable-status-codes"),
        RETRIABLE_HEADERS("retriable-headers"),
        CANCELLED("cancelled"),
        DEADLINE_EXCEEDED("deadline-exceeded"),
        INTERNAL("internal"),
        RESOURCE_EXHAUSTED("resource-exhausted"),
        UNAVAILABLE("unavailable");

        private final String word;

        On(String word) {
            this.word = word;
        }

        public static @Nullable On word(String word) {
            for (On on : values()) {
                if (on.word.equals(word)) {
                    return on;
                }
            }
            return null;
        }
    }
}
