package io.hyaline.proxy.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.route.Fraction;
import io.hyaline.proxy.route.RoutePlan.Forward;
import io.hyaline.proxy.route.RoutePlan.GrpcLimit;
import io.hyaline.proxy.route.RoutePlan.Lifetime;
import io.hyaline.proxy.route.RoutePlan.Mirror;
import io.hyaline.proxy.route.RoutePlan.Rewrite;
import io.hyaline.proxy.route.RoutePlan.Share;
import io.hyaline.proxy.route.RoutePlan.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Routes that forward to a cluster. */
final class ForwardCompiler {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);

    private ForwardCompiler() {}

    static Forward forward(RouteAction action, RouteCompiler.Inherited wider) throws InvalidProtocolBufferException {
        known(action);
        List<String> upgrades = new ArrayList<>();
        for (var upgrade : action.getUpgradeConfigsList()) {
            if (!upgrade.hasEnabled() || upgrade.getEnabled().getValue()) {
                upgrades.add(upgrade.getUpgradeType().toLowerCase(Locale.ROOT));
            }
        }
        // Whoever sets max_stream_duration has left the older timeouts behind: Envoy reads none of them then.
        Duration timeout = action.hasMaxStreamDuration()
                ? Duration.ZERO
                : Fields.duration(action.hasTimeout(), action.getTimeout(), DEFAULT_TIMEOUT);
        return new Forward(
                target(action, wider.filters()),
                rewrite(action),
                timeout,
                Fields.durationOrNull(action.hasIdleTimeout(), action.getIdleTimeout()),
                action.hasRetryPolicy() ? RouteCompiler.retry(action.getRetryPolicy()) : wider.retry(),
                HashCompiler.policies(action.getHashPolicyList()),
                List.copyOf(upgrades),
                wider.attemptCount(),
                lifetime(action),
                mirrors(action.getRequestMirrorPoliciesList(), wider.mirrors()));
    }

    private static void known(RouteAction action) {
        Fields.only(
                action,
                "cluster",
                "cluster_header",
                "weighted_clusters",
                "cluster_not_found_response_code",
                "metadata_match",
                "prefix_rewrite",
                "regex_rewrite",
                "host_rewrite_literal",
                "auto_host_rewrite",
                "host_rewrite_header",
                "timeout",
                "idle_timeout",
                "retry_policy",
                "priority",
                "hash_policy",
                "max_grpc_timeout",
                "grpc_timeout_offset",
                "max_stream_duration",
                "upgrade_configs",
                "request_mirror_policies");
        if (action.hasMetadataMatch()) {
            throw Fields.refuse("metadata_match (endpoint subsets) is not supported");
        }
        if (action.getPriorityValue() != 0) {
            throw Fields.refuse("priority HIGH is not supported");
        }
        Fields.only(
                action.getMaxStreamDuration(),
                "max_stream_duration",
                "grpc_timeout_header_max",
                "grpc_timeout_header_offset");
    }

    @SuppressWarnings("deprecation") // max_grpc_timeout is what Istio writes
    private static Lifetime lifetime(RouteAction action) {
        var stream = action.getMaxStreamDuration();
        Lifetime lifetime = new Lifetime(
                Fields.durationOrNull(stream.hasMaxStreamDuration(), stream.getMaxStreamDuration()),
                stream.hasGrpcTimeoutHeaderMax()
                        ? grpc(stream.getGrpcTimeoutHeaderMax(), stream.getGrpcTimeoutHeaderOffset())
                        : null,
                action.hasMaxGrpcTimeout() && !action.hasMaxStreamDuration()
                        ? grpc(action.getMaxGrpcTimeout(), action.getGrpcTimeoutOffset())
                        : null);
        return lifetime.equals(Lifetime.NONE) ? Lifetime.NONE : lifetime;
    }

    private static GrpcLimit grpc(com.google.protobuf.Duration max, com.google.protobuf.Duration offset) {
        return new GrpcLimit(
                Fields.duration(max).toNanos(), Fields.duration(offset).toNanos());
    }

    private static Target target(RouteAction action, FilterSettings wider) throws InvalidProtocolBufferException {
        return switch (action.getClusterSpecifierCase()) {
            case CLUSTER -> new Target.Single(action.getCluster());
            case CLUSTER_HEADER -> new Target.Header(action.getClusterHeader().toLowerCase(Locale.ROOT));
            case WEIGHTED_CLUSTERS -> weighted(action.getWeightedClusters(), wider);
            case CLUSTER_SPECIFIER_PLUGIN, INLINE_CLUSTER_SPECIFIER_PLUGIN ->
                throw Fields.refuse("cluster_specifier_plugin is not supported");
            case CLUSTERSPECIFIER_NOT_SET -> throw Fields.refuse("names no cluster");
        };
    }

    /** The copies that a level wants; one that says nothing of them leaves it to the wider one. */
    static List<Mirror> mirrors(List<RouteAction.RequestMirrorPolicy> policies, List<Mirror> wider) {
        if (policies.isEmpty()) {
            return wider;
        }
        List<Mirror> mirrors = new ArrayList<>();
        for (RouteAction.RequestMirrorPolicy policy : policies) {
            Fields.only(
                    policy,
                    "cluster",
                    "cluster_header",
                    "runtime_fraction",
                    "trace_sampled",
                    "disable_shadow_host_suffix_append");
            if (policy.getCluster().isEmpty() == policy.getClusterHeader().isEmpty()) {
                throw Fields.refuse("a request_mirror_policy names either a cluster or a cluster_header");
            }
            mirrors.add(new Mirror(
                    policy.getCluster().isEmpty()
                            ? new Target.Header(policy.getClusterHeader().toLowerCase(Locale.ROOT))
                            : new Target.Single(policy.getCluster()),
                    FilterCompiler.fraction(policy.hasRuntimeFraction(), policy.getRuntimeFraction(), Fraction.ALL),
                    !policy.getDisableShadowHostSuffixAppend()));
        }
        return List.copyOf(mirrors);
    }

    private static Target.Weighted weighted(WeightedCluster clusters, FilterSettings wider)
            throws InvalidProtocolBufferException {
        Fields.only(clusters, "clusters", "total_weight", "runtime_key_prefix");
        List<Share> shares = new ArrayList<>();
        long total = 0;
        for (WeightedCluster.ClusterWeight cluster : clusters.getClustersList()) {
            Fields.only(
                    cluster,
                    "name",
                    "weight",
                    "request_headers_to_add",
                    "request_headers_to_remove",
                    "response_headers_to_add",
                    "response_headers_to_remove",
                    "typed_per_filter_config",
                    "host_rewrite_literal");
            long weight = Integer.toUnsignedLong(cluster.getWeight().getValue());
            total += weight;
            shares.add(new Share(
                    cluster.getName(),
                    weight,
                    cluster.getHostRewriteLiteral(),
                    RouteCompiler.edits(cluster.getRequestHeadersToAddList(), cluster.getRequestHeadersToRemoveList()),
                    RouteCompiler.edits(
                            cluster.getResponseHeadersToAddList(), cluster.getResponseHeadersToRemoveList()),
                    FilterCompiler.settings(cluster.getTypedPerFilterConfigMap())
                            .over(wider)));
        }
        if (total == 0) {
            throw Fields.refuse("weighted_clusters have a total weight of 0");
        }
        return new Target.Weighted(List.copyOf(shares), total);
    }

    private static Rewrite rewrite(RouteAction action) {
        Pattern pattern =
                action.hasRegexRewrite() ? Fields.regex(action.getRegexRewrite().getPattern()) : null;
        String prefix = action.getPrefixRewrite().isEmpty() ? null : action.getPrefixRewrite();
        if (pattern != null && prefix != null) {
            throw Fields.refuse("prefix_rewrite and regex_rewrite exclude each other");
        }
        Rewrite rewrite = new Rewrite(
                prefix,
                pattern,
                action.getRegexRewrite().getSubstitution(),
                action.hasHostRewriteLiteral() ? action.getHostRewriteLiteral() : null,
                action.getAutoHostRewrite().getValue(),
                action.hasHostRewriteHeader() ? action.getHostRewriteHeader().toLowerCase(Locale.ROOT) : null);
        return rewrite.isEmpty() ? Rewrite.NONE : rewrite;
    }
}
