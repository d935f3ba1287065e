package io.hyaline.proxy.forward;

import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.route.RetryPlan.On;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which failures are worth another attempt: pure decisions. */
final class Retries {

    private static final Duration BACK_OFF = Duration.ofMillis(25);

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private Retries() {}

    /** The route's plan, completed by the headers that a trusted caller may send; null when nothing is retried. */
    static @Nullable RetryPlan plan(@Nullable RetryPlan route, Head head) {
        String words = head.value(HeaderName.X_ENVOY_RETRY_ON);
        String grpc = head.value(HeaderName.X_ENVOY_RETRY_GRPC_ON);
        if (words == null && grpc == null && !head.has(HeaderName.X_ENVOY_MAX_RETRIES)) {
            return route == null || route.on().isEmpty() ? null : route;
        }
        Set<On> on = route == null || route.on().isEmpty() ? EnumSet.noneOf(On.class) : EnumSet.copyOf(route.on());
        for (String word : ((words == null ? "" : words) + "," + (grpc == null ? "" : grpc)).split(",")) {
            On known = On.word(word.trim());
            if (known != null) {
                on.add(known);
            }
        }
        if (on.isEmpty()) {
            return null;
        }
        List<Integer> codes = new ArrayList<>(route == null ? List.of() : route.statusCodes());
        codes.addAll(numbers(head.value(HeaderName.X_ENVOY_RETRIABLE_CODES)));
        int retries = number(head.value(HeaderName.X_ENVOY_MAX_RETRIES), route == null ? 1 : route.retries());
        return new RetryPlan(
                on,
                retries,
                route == null ? null : route.perTryTimeout(),
                codes,
                route == null ? BACK_OFF : route.backOff(),
                route == null ? BACK_OFF.multipliedBy(10) : route.longestBackOff(),
                route == null ? 0 : route.reselections());
    }

    private static List<Integer> numbers(@Nullable String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String word : list == null ? new String[0] : list.split(",")) {
            int number = number(word.trim(), -1);
            if (number > 0) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    static int number(@Nullable String text, int otherwise) {
        try {
            return text == null ? otherwise : Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    static boolean onAnswer(RetryPlan plan, Head answer) {
        if (answer.has(HeaderName.X_ENVOY_RATELIMITED)) {
            return plan.on().contains(On.ENVOY_RATELIMITED);
        }
        return onStatus(plan, answer.status()) || onGrpcStatus(plan.on(), answer);
    }

    /** A gRPC answer that ends with its head carries its status there. */
    private static boolean onGrpcStatus(Set<On> on, Head answer) {
        int at = answer.find(HeaderName.GRPC_STATUS);
        return at >= 0
                && switch (number(answer.valueAt(at), 0)) {
                    case 1 -> on.contains(On.CANCELLED);
                    case 4 -> on.contains(On.DEADLINE_EXCEEDED);
                    case 8 -> on.contains(On.RESOURCE_EXHAUSTED);
                    case 13 -> on.contains(On.INTERNAL);
                    case 14 -> on.contains(On.UNAVAILABLE);
                    default -> false;
                };
    }

    static boolean onStatus(RetryPlan plan, int status) {
        Set<On> on = plan.on();
        return (status >= 500 && on.contains(On.SERVER_ERROR))
                || (status >= 502 && status <= 504 && on.contains(On.GATEWAY_ERROR))
                || (status == 409 && on.contains(On.RETRIABLE_4XX))
                || (on.contains(On.RETRIABLE_STATUS_CODES) && plan.statusCodes().contains(status));
    }

    static boolean onReset(RetryPlan plan, Reset reset) {
        Set<On> on = plan.on();
        if (reset == Reset.OVERFLOW) {
            return false;
        }
        if (on.contains(On.SERVER_ERROR) || on.contains(On.GATEWAY_ERROR) || on.contains(On.RESET)) {
            return true;
        }
        return switch (reset) {
            case CONNECT_FAILURE, CONNECT_TIMEOUT ->
                on.contains(On.CONNECT_FAILURE) || on.contains(On.RESET_BEFORE_REQUEST);
            case REMOTE_REFUSED -> on.contains(On.REFUSED_STREAM);
            case CONNECTION_TERMINATION, PROTOCOL_ERROR, REMOTE_RESET, OVERFLOW -> false;
        };
    }

    /**
     * Whether a request on a connection that had been used before may be sent again although no plan says so: the peer closed
     * it unused while the request was on its way, and twice would be as good as once (RFC 9112, 9.3.1; RFC 9110, 9.2.2).
     */
    static boolean onStaleConnection(Reset reset, String method) {
        return reset == Reset.CONNECTION_TERMINATION && IDEMPOTENT.contains(method);
    }

    static boolean onPerTryTimeout(RetryPlan plan) {
        return plan.on().contains(On.SERVER_ERROR) || plan.on().contains(On.GATEWAY_ERROR);
    }
}
