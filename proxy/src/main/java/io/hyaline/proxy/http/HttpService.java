package io.hyaline.proxy.http;

import io.hyaline.proxy.client.TrustedAddress;
import io.hyaline.proxy.codec.Draining;
import io.hyaline.proxy.filter.FilterChain;
import io.hyaline.proxy.forward.Router;
import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.route.RouteTable;
import io.hyaline.proxy.stats.Counters;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection manager at work: what all its connections share.
 *
 * @param routes the newest route table; null while RDS has not brought one
 * @param nodeAddress the proxy's own address
 * @param draining whether connections are to end soon
 * @param succession what connections of earlier managers of this chain look up
 */
public record HttpService(
        HcmPlan plan,
        Supplier<@Nullable RouteTable> routes,
        Router router,
        FilterChain filters,
        Logs logs,
        Counters<HttpCounter> counters,
        @Nullable InetAddress nodeAddress,
        TrustedAddress.Rules trust,
        Draining draining,
        Succession succession) {

    /**
     * The connection managers of one filter chain, one after another. A connection that began under an earlier one goes on
     * under the newest: each request asks anew, and is served by that one to its end. Set by the thread that changes the
     * configuration, read by every loop.
     */
    public static final class Succession {
        private volatile @Nullable HttpService newest;
    }

    /** The manager that serves the next request of a connection that began under this one. */
    HttpService newest() {
        HttpService now = succession.newest;
        return now == null ? this : now;
    }

    /** This one serves from now on. */
    public void takeOver() {
        succession.newest = this;
    }

    public static TrustedAddress.Rules rules(HcmPlan plan) {
        HcmPlan.Edge edge = plan.edge();
        return new TrustedAddress.Rules(
                edge.useRemoteAddress(), edge.trustedHops(), edge.skipXffAppend(), edge.internal());
    }
}
