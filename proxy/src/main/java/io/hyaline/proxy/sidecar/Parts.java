package io.hyaline.proxy.sidecar;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.xds.client.Intake;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What the conversations of one sidecar are made of.
 *
 * @param clusters the static ones, where servers are looked up
 * @param identity null when an SDS server knows the workload's keys
 */
record Parts(
        Node node,
        Map<String, Cluster> clusters,
        @Nullable Identity identity,
        GrpcChannels channels,
        Intake intake,
        ScheduledExecutorService control) {}
