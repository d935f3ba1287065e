package io.hyaline.proxy.http;

import io.hyaline.proxy.client.TrustedAddress;
import io.hyaline.proxy.codec.Draining;
import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.route.RouteTable;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.Clusters;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection manager at work: what all its connections share.
 *
 * @param routes the newest route table; null while RDS has not brought one
 * @param nodeAddress the proxy's own address
 * @param keptBytes how much of a request's body is kept for another attempt
 * @param draining whether connections are to end soon
 */
public record HttpService(
        HcmPlan plan,
        Supplier<@Nullable RouteTable> routes,
        Clusters clusters,
        Logs logs,
        Counters<HttpCounter> counters,
        @Nullable InetAddress nodeAddress,
        TrustedAddress.Rules trust,
        int keptBytes,
        Draining draining) {

    public static TrustedAddress.Rules rules(HcmPlan plan) {
        HcmPlan.Edge edge = plan.edge();
        return new TrustedAddress.Rules(
                edge.useRemoteAddress(), edge.trustedHops(), edge.skipXffAppend(), edge.internal());
    }
}
