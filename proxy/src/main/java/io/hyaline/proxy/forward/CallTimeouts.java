package io.hyaline.proxy.forward;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.RoutePlan;
import java.util.Objects;

/** How long a call may take: Envoy's finalTimeout, and what the upstream is told of it. */
public final class CallTimeouts {

    private static final long MILLI = 1_000_000;

    private CallTimeouts() {}

    /**
     * All attempts together; 0 is no bound.
     *
     * @param grpc whether the caller's grpc-timeout counts in place of the route's timeout
     */
    static long wholeNanos(RoutePlan.Forward forward, Head head, boolean grpc) {
        long millis = grpc
                ? GrpcTimeouts.routeNanos(
                                Objects.requireNonNull(forward.lifetime().grpcRoute()),
                                head.value(HeaderName.GRPC_TIMEOUT))
                        / MILLI
                : forward.timeout().toMillis();
        return Retries.number(
                        head.value(HeaderName.X_ENVOY_UPSTREAM_TIMEOUT), (int) Math.min(Integer.MAX_VALUE, millis))
                * MILLI;
    }

    /** How long a gRPC caller wants its stream to last at most, where the route listens to that; -1 when nothing is asked. */
    public static long askedNanos(RoutePlan.Lifetime lifetime, Head head) {
        return lifetime.grpcStream() == null
                ? -1
                : GrpcTimeouts.streamNanos(lifetime.grpcStream(), head.value(HeaderName.GRPC_TIMEOUT));
    }

    /** Writes what is expected of the upstream; 0 writes nothing. */
    static void tell(Head head, long expectedNanos, boolean grpc) {
        if (expectedNanos > 0) {
            head.set(HeaderName.X_ENVOY_EXPECTED_TIMEOUT, String.valueOf(expectedNanos / MILLI));
            if (grpc) {
                head.set(HeaderName.GRPC_TIMEOUT, GrpcTimeouts.text(expectedNanos));
            }
        }
    }
}
