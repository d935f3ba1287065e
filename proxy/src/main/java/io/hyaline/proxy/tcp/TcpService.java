package io.hyaline.proxy.tcp;

import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.Clusters;

/**
 * A tcp_proxy at work: what all its connections share.
 *
 * @param earlyBytes how much of what a client sends waits for the upstream connection before reading stops
 */
public record TcpService(TcpPlan plan, Clusters clusters, Logs logs, Counters<TcpCounter> counters, int earlyBytes) {}
