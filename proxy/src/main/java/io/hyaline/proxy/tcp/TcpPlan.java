package io.hyaline.proxy.tcp;

import io.hyaline.proxy.log.AccessLogPlan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's tcp_proxy.
 *
 * @param idleTimeout zero means none
 */
public record TcpPlan(
        String statPrefix,
        List<Share> targets,
        long totalWeight,
        Duration idleTimeout,
        @Nullable Duration maxDuration,
        int maxConnectAttempts,
        List<AccessLogPlan> accessLogs,
        boolean hashSourceAddress) {

    /** A cluster and its weight. */
    public record Share(String cluster, long weight) {}
}
