package io.hyaline.proxy.filter;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.FaultPlan.Abort;
import io.hyaline.proxy.route.FaultPlan.Answer;
import io.hyaline.proxy.route.FaultPlan.Delay;
import io.hyaline.proxy.route.Fraction;
import io.hyaline.proxy.route.RouteMatcher;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What the fault filter does to a request: pure decisions. */
public final class Faults {

    private static final HeaderName DELAY = HeaderName.of("x-envoy-fault-delay-request");
    private static final HeaderName DELAY_PERCENTAGE = HeaderName.of("x-envoy-fault-delay-request-percentage");
    private static final HeaderName ABORT = HeaderName.of("x-envoy-fault-abort-request");
    private static final HeaderName ABORT_GRPC = HeaderName.of("x-envoy-fault-abort-grpc-request");
    private static final HeaderName ABORT_PERCENTAGE = HeaderName.of("x-envoy-fault-abort-request-percentage");
    private static final String TEXT = "fault filter abort";
    private static final String DETAILS = "fault_filter_abort";
    private static final long MAX_DELAY_MILLIS = 24L * 60 * 60 * 1000;

    private Faults() {}

    /**
     * Whether a plan is about this request at all.
     *
     * @param cluster where the request's route leads; null when it leads to no cluster
     */
    public static boolean concerns(FaultPlan plan, Head head, @Nullable String cluster) {
        FaultPlan.Only only = plan.only();
        if (!only.cluster().isEmpty() && !only.cluster().equals(cluster)) {
            return false;
        }
        if (!only.nodes().isEmpty()) {
            String node = head.value(HeaderName.X_ENVOY_SERVICE_NODE);
            if (node == null || !only.nodes().contains(node)) {
                return false;
            }
        }
        return RouteMatcher.matches(only.headers(), head);
    }

    /** How long the request has to wait; 0 when it has not. */
    public static long delayMillis(FaultPlan plan, Head head, SplittableRandom random) {
        Delay delay = plan.delay();
        if (delay == null) {
            return 0;
        }
        if (delay.fixed() != null) {
            return delay.share().takes(random) ? delay.fixed().toMillis() : 0;
        }
        long asked = number(head, DELAY);
        boolean taken =
                asked > 0 && share(delay.share(), head, DELAY_PERCENTAGE).takes(random);
        return taken ? Math.min(MAX_DELAY_MILLIS, asked) : 0;
    }

    /** The answer in the cluster's place; null when there is none. */
    public static @Nullable LocalReply abort(FaultPlan plan, Head head, SplittableRandom random) {
        Abort abort = plan.abort();
        if (abort == null) {
            return null;
        }
        return switch (abort.answer()) {
            case Answer.Http(int status) -> abort.share().takes(random) ? http(status) : null;
            case Answer.Grpc(int status) -> abort.share().takes(random) ? grpc(status) : null;
            case Answer.Asked() -> share(abort.share(), head, ABORT_PERCENTAGE).takes(random) ? asked(head) : null;
        };
    }

    private static @Nullable LocalReply asked(Head head) {
        long status = number(head, ABORT);
        if (status >= 200 && status < 600) {
            return http((int) status);
        }
        long grpc = number(head, ABORT_GRPC);
        return grpc >= 0 && grpc <= Integer.MAX_VALUE ? grpc((int) grpc) : null;
    }

    private static LocalReply http(int status) {
        return LocalReply.of(status, TEXT, ResponseFlag.FI, DETAILS);
    }

    private static LocalReply grpc(int status) {
        return LocalReply.of(200, TEXT, ResponseFlag.FI, DETAILS).withGrpcStatus(status);
    }

    /** A caller may ask for less than is configured. */
    private static Fraction share(Fraction configured, Head head, HeaderName name) {
        long asked = number(head, name);
        return asked < 0 ? configured : configured.atMost(asked);
    }

    private static long number(Head head, HeaderName name) {
        String text = head.value(name);
        if (text == null) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
