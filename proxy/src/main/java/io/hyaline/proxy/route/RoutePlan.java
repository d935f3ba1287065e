package io.hyaline.proxy.route;

import com.google.re2j.Pattern;
import io.hyaline.proxy.head.HeaderName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One route: what it matches, what it does, and what it changes. An empty name is logged as null. */
public record RoutePlan(
        String name,
        RouteMatch match,
        Action action,
        HeaderEdits requestEdits,
        HeaderEdits responseEdits,
        FilterSettings filters) {

    /** What a route does with a request. */
    public sealed interface Action {}

    /** Sends the request to a cluster. */
    public record Forward(
            Target target,
            Rewrite rewrite,
            Duration timeout,
            @Nullable Duration idleTimeout,
            @Nullable RetryPlan retry,
            List<HashPolicy> hashPolicies,
            List<String> upgrades,
            boolean includeAttemptCount,
            Lifetime lifetime,
            List<Mirror> mirrors)
            implements Action {}

    /**
     * How long a stream may last.
     *
     * @param maxStream zero lifts the connection manager's limit, null leaves it
     * @param grpcStream what a gRPC caller may ask for instead; null when it is not asked
     * @param grpcRoute what a gRPC caller may ask for in place of the route's timeout; null when it is not asked
     */
    public record Lifetime(
            @Nullable Duration maxStream,
            @Nullable GrpcLimit grpcStream,
            @Nullable GrpcLimit grpcRoute) {

        public static final Lifetime NONE = new Lifetime(null, null, null);
    }

    /** The most that {@code grpc-timeout} may ask for (0 is no bound), and what is taken off it. */
    public record GrpcLimit(long maxNanos, long offsetNanos) {}

    /** Answers with a redirect; empty texts keep what the request had. */
    public record Redirect(
            int status,
            String scheme,
            String host,
            int port,
            @Nullable String path,
            @Nullable String prefix,
            boolean stripQuery)
            implements Action {}

    /** Answers at once. */
    public record Direct(int status, String body) implements Action {}

    /** Where a request goes. */
    public sealed interface Target {

        record Single(String cluster) implements Target {}

        record Header(String header) implements Target {}

        record Weighted(List<Share> shares, long total) implements Target {}
    }

    /** A weighted cluster with its own edits; an empty host changes nothing. */
    public record Share(
            String cluster,
            long weight,
            String host,
            HeaderEdits requestEdits,
            HeaderEdits responseEdits,
            FilterSettings filters) {}

    /** Where copies of a share of the requests go; {@code suffix} makes their host say that they are copies. */
    public record Mirror(Target target, Fraction share, boolean suffix) {}

    /** How path and host change on the way; nulls change nothing. */
    public record Rewrite(
            @Nullable String prefix,
            @Nullable Pattern pattern,
            String substitution,
            @Nullable String host,
            boolean hostFromUpstream,
            @Nullable String hostHeader) {

        public static final Rewrite NONE = new Rewrite(null, null, "", null, false, null);

        public boolean isEmpty() {
            return prefix == null && pattern == null && host == null && !hostFromUpstream && hostHeader == null;
        }
    }

    /** What consistent hashing looks at. */
    public sealed interface HashPolicy {

        boolean terminal();

        /** A header's values; a null pattern leaves them as they are. */
        record Header(HeaderName name, @Nullable Pattern pattern, String substitution, boolean terminal)
                implements HashPolicy {}

        /** A cookie; with a time to live, callers that have none are given one. */
        record Cookie(String name, @Nullable Duration ttl, String path, String attributes, boolean terminal)
                implements HashPolicy {}

        record SourceAddress(boolean terminal) implements HashPolicy {}

        record Query(String name, boolean terminal) implements HashPolicy {}
    }
}
