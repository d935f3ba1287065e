package io.hyaline.proxy.tcp;

import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.Clusters;

/** A tcp_proxy at work: what all its connections share. */
public record TcpService(TcpPlan plan, Clusters clusters, Logs logs, Counters<TcpCounter> counters) {}
