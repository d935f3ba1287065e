package io.hyaline.proxy.forward;

import io.hyaline.proxy.route.RoutePlan.GrpcLimit;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The timeout that a gRPC caller asks for in {@code grpc-timeout}, within the limits of its route. */
final class GrpcTimeouts {

    private static final int MAX_DIGITS = 8;

    private GrpcTimeouts() {}

    /** What the header asks for; -1 when it is missing or cannot be read. */
    static long nanos(@Nullable String header) {
        if (header == null || header.length() < 2 || header.length() > MAX_DIGITS + 1) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < header.length() - 1; i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        TimeUnit unit = switch (header.charAt(header.length() - 1)) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> null;
        };
        return unit == null ? -1 : unit.toNanos(number);
    }

    /** The header's value for a timeout that is not 0: as precise as eight digits allow. */
    static String text(long nanos) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
        return millis < 100_000_000 ? millis + "m" : TimeUnit.MILLISECONDS.toSeconds(millis) + "S";
    }

    /** Envoy's max_grpc_timeout: a route's timeout for a gRPC request; 0 means none. */
    static long routeNanos(GrpcLimit limit, @Nullable String header) {
        long asked = Math.max(0, nanos(header));
        if (limit.offsetNanos() > 0 && limit.offsetNanos() < asked) {
            asked -= limit.offsetNanos();
        }
        long max = limit.maxNanos();
        return max > 0 && (asked == 0 || asked > max) ? max : asked;
    }

    /** Envoy's grpc_timeout_header_max: how long a stream may last; -1 when the caller does not say. */
    static long streamNanos(GrpcLimit limit, @Nullable String header) {
        long asked = nanos(header);
        if (asked < 0) {
            return -1;
        }
        long capped = limit.maxNanos() > 0 ? Math.min(asked, limit.maxNanos()) : asked;
        return capped > 0 && limit.offsetNanos() > 0 ? Math.max(1, capped - limit.offsetNanos()) : capped;
    }
}
