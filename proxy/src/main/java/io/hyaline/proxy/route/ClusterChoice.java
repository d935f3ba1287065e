package io.hyaline.proxy.route;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Which cluster a route sends a request to. */
public final class ClusterChoice {

    private ClusterChoice() {}

    /** The share of weighted clusters that a request falls to; null when the route has no weights. */
    public static RoutePlan.@Nullable Share share(RoutePlan.Target target, SplittableRandom random) {
        if (!(target instanceof RoutePlan.Target.Weighted(var shares, long total))) {
            return null;
        }
        long dice = random.nextLong(total);
        for (RoutePlan.Share share : shares) {
            dice -= share.weight();
            if (dice < 0) {
                return share;
            }
        }
        return shares.getLast();
    }

    public static String name(RoutePlan.Target target, RoutePlan.@Nullable Share share, Head head) {
        return switch (target) {
            case RoutePlan.Target.Single(String cluster) -> cluster;
            case RoutePlan.Target.Header(String header) -> {
                String value = head.value(HeaderName.of(header));
                yield value == null ? "" : value;
            }
            case RoutePlan.Target.Weighted weighted -> share == null ? "" : share.cluster();
        };
    }
}
