package io.hyaline.proxy.route;

import io.hyaline.proxy.route.RouteMatch.HeaderMatch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's fault filter: what it does to which requests.
 *
 * @param maxActive how many requests may suffer from it at the same time
 */
public record FaultPlan(@Nullable Delay delay, @Nullable Abort abort, Only only, long maxActive) {

    /** Lets a request wait; a null duration is what the caller asks for by header. */
    public record Delay(@Nullable Duration fixed, Fraction share) {}

    /** Answers a request in the cluster's place. */
    public record Abort(Answer answer, Fraction share) {}

    /** With what a request is answered. */
    public sealed interface Answer {

        record Http(int status) implements Answer {}

        record Grpc(int status) implements Answer {}

        /** With what the caller asks for by header. */
        record Asked() implements Answer {}
    }

    /** Which requests it concerns; what is empty does not matter. */
    public record Only(String cluster, Set<String> nodes, List<HeaderMatch> headers) {}

    public boolean isEmpty() {
        return delay == null && abort == null;
    }
}
