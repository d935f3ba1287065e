package io.hyaline.proxy.instance;

import io.hyaline.proxy.log.LogOutput;
import io.hyaline.proxy.socket.Sockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy instance is made of, apart from its configuration.
 *
 * @param name for messages: the pod, or the node id
 * @param sockets where its sockets are created
 * @param output where its access logs go
 * @param upstreamDefaults bind address and socket options of clusters that name none (the bootstrap's upstream_bind_config)
 * @param upstreamMark SO_MARK of every client socket that does not carry a client's address; 0 sets none
 * @param nodeAddress its own address, written into x-forwarded-for in place of 127.0.0.1
 * @param drainTime how long a connection may outlive its filter chain (Envoy's --drain-time-s)
 */
public record InstanceConfig(
        String name,
        Sockets sockets,
        LogOutput output,
        ClusterPlan.Sockets upstreamDefaults,
        int upstreamMark,
        @Nullable InetAddress nodeAddress,
        Duration drainTime) {

    /** Istio's drainDuration. */
    public static final Duration DRAIN_TIME = Duration.ofSeconds(45);
}
