package io.hyaline.proxy.sidecar;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.bootstrap.StaticResources;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.proxy.subscribe.FixedHeaders;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.proxy.warm.Need;
import io.hyaline.xds.client.ResourceType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bootstrap says about where configuration comes from.
 *
 * @param fixed the static resources
 * @param server the ADS server; null without one
 * @param headers what the ADS stream begins with
 * @param listeners LDS as a need of its own, so that it has a timeout; null when it is not configured
 */
record Bootstrapped(
        Node node,
        Resources fixed,
        @Nullable Target server,
        FixedHeaders headers,
        boolean delta,
        @Nullable Need clusters,
        @Nullable Need listeners) {

    private static final String WILDCARD = "*";

    /** Refuses, by name of the field, what cannot be followed. */
    static Bootstrapped of(Bootstrap bootstrap) throws BootstrapException {
        Resources fixed = StaticResources.of(bootstrap);
        Bootstrap.DynamicResources dynamic = bootstrap.getDynamicResources();
        Need cds = need(ResourceType.CLUSTER, "cds_config", dynamic.hasCdsConfig(), dynamic.getCdsConfig());
        Need lds = need(ResourceType.LISTENER, "lds_config", dynamic.hasLdsConfig(), dynamic.getLdsConfig());
        if ((cds != null || lds != null) && !dynamic.hasAdsConfig()) {
            throw new IllegalArgumentException(
                    "dynamic_resources: cds_config or lds_config say ads, ads_config is missing");
        }
        return new Bootstrapped(
                introduced(bootstrap.getNode()),
                fixed,
                dynamic.hasAdsConfig() ? server(dynamic.getAdsConfig(), fixed.clusters()) : null,
                dynamic.getAdsConfig().getGrpcServicesCount() == 0
                        ? FixedHeaders.NONE
                        : FixedHeaders.of(dynamic.getAdsConfig().getGrpcServices(0)),
                dynamic.getAdsConfig().getApiType() == ApiConfigSource.ApiType.DELTA_GRPC,
                cds,
                lds);
    }

    private static @Nullable Need need(ResourceType type, String field, boolean present, ConfigSource source) {
        if (!present) {
            return null;
        }
        if (!source.hasAds()) {
            throw new IllegalArgumentException("dynamic_resources." + field + ": only ads is supported, found "
                    + source.getConfigSourceSpecifierCase());
        }
        return new Need(type, WILDCARD, source);
    }

    private static Target server(ApiConfigSource ads, Map<String, Cluster> clusters) {
        switch (ads.getApiType()) {
            case GRPC, DELTA_GRPC, AGGREGATED_GRPC, AGGREGATED_DELTA_GRPC -> {}
            case REST, DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "dynamic_resources.ads_config.api_type: expected GRPC or DELTA_GRPC, found "
                                + ads.getApiType());
        }
        String name = ads.getGrpcServicesCount() == 0
                ? ""
                : ads.getGrpcServices(0).getEnvoyGrpc().getClusterName();
        Cluster cluster = clusters.get(name);
        if (cluster == null) {
            throw new IllegalArgumentException("dynamic_resources.ads_config.grpc_services: its envoy_grpc cluster '"
                    + name + "' is not in static_resources.clusters");
        }
        return Target.ofCluster(cluster);
    }

    private static Node introduced(Node node) {
        return node.toBuilder()
                .setUserAgentName("hyaline")
                .setUserAgentBuildVersion(BuildVersion.newBuilder()
                        .setVersion(SemanticVersion.newBuilder().setMinorNumber(1)))
                .build();
    }
}
