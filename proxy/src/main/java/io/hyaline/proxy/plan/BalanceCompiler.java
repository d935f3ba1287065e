package io.hyaline.proxy.plan;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.hyaline.proxy.upstream.ClusterPlan.Balance;
import io.hyaline.proxy.upstream.ClusterPlan.Balancing;
import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan.Trigger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a cluster's endpoints are chosen, and which are left out; the defaults are Envoy's. */
final class BalanceCompiler {

    private static final int PANIC_PERCENT = 50;
    private static final int ALL = 100;
    private static final int FAILURES = 5;
    private static final int MAX_EJECTED_PERCENT = 10;
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration EJECTION = Duration.ofSeconds(30);
    private static final Duration LONGEST_EJECTION = Duration.ofMinutes(5);

    private BalanceCompiler() {}

    static Balancing balancing(Cluster cluster, Discovery discovery) {
        Balance balance = balance(cluster);
        if ((balance == Balance.CLUSTER_PROVIDED) != (discovery == Discovery.ORIGINAL_DST)) {
            throw Fields.refuse("lb_policy CLUSTER_PROVIDED and type ORIGINAL_DST only go together");
        }
        var common = cluster.getCommonLbConfig();
        Fields.only(
                common,
                "healthy_panic_threshold",
                "zone_aware_lb_config",
                "locality_weighted_lb_config",
                "update_merge_window",
                "ignore_new_hosts_until_first_hc");
        int panic = common.hasHealthyPanicThreshold()
                ? (int) Math.clamp(common.getHealthyPanicThreshold().getValue(), 0, ALL)
                : PANIC_PERCENT;
        if (cluster.hasOutlierDetection() && discovery == Discovery.ORIGINAL_DST) {
            throw Fields.refuse("outlier_detection of an ORIGINAL_DST cluster is not supported; remove it");
        }
        return new Balancing(
                balance,
                panic,
                common.hasLocalityWeightedLbConfig(),
                cluster.hasOutlierDetection() ? outliers(cluster.getOutlierDetection()) : null);
    }

    private static Balance balance(Cluster cluster) {
        return switch (cluster.getLbPolicy()) {
            case ROUND_ROBIN -> Balance.ROUND_ROBIN;
            case LEAST_REQUEST -> Balance.LEAST_REQUEST;
            case RANDOM -> Balance.RANDOM;
            case CLUSTER_PROVIDED -> Balance.CLUSTER_PROVIDED;
            case RING_HASH, MAGLEV, LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED ->
                throw Fields.refuse("lb_policy " + cluster.getLbPolicy() + " is not supported");
        };
    }

    private static void known(OutlierDetection detection) {
        Fields.only(
                detection,
                "consecutive_5xx",
                "interval",
                "base_ejection_time",
                "max_ejection_percent",
                "enforcing_consecutive_5xx",
                "enforcing_success_rate",
                "success_rate_minimum_hosts",
                "success_rate_request_volume",
                "success_rate_stdev_factor",
                "consecutive_gateway_failure",
                "enforcing_consecutive_gateway_failure",
                "split_external_local_origin_errors",
                "consecutive_local_origin_failure",
                "enforcing_consecutive_local_origin_failure",
                "enforcing_local_origin_success_rate",
                "enforcing_failure_percentage",
                "enforcing_failure_percentage_local_origin",
                "max_ejection_time",
                "always_eject_one_host");
        off(detection.hasEnforcingSuccessRate(), detection.getEnforcingSuccessRate(), "enforcing_success_rate");
        if (detection.getSplitExternalLocalOriginErrors()) {
            off(
                    detection.hasEnforcingLocalOriginSuccessRate(),
                    detection.getEnforcingLocalOriginSuccessRate(),
                    "enforcing_local_origin_success_rate");
        }
        off(true, detection.getEnforcingFailurePercentage(), "enforcing_failure_percentage");
        off(true, detection.getEnforcingFailurePercentageLocalOrigin(), "enforcing_failure_percentage_local_origin");
    }

    private static OutlierPlan outliers(OutlierDetection detection) {
        known(detection);
        Duration ejection = positive(
                detection.hasBaseEjectionTime(), detection.getBaseEjectionTime(), EJECTION, "base_ejection_time");
        return new OutlierPlan(
                trigger(
                        detection.hasConsecutive5Xx() ? detection.getConsecutive5Xx() : null,
                        Fields.number(
                                detection.hasEnforcingConsecutive5Xx(), detection.getEnforcingConsecutive5Xx(), ALL)),
                trigger(
                        detection.hasConsecutiveGatewayFailure() ? detection.getConsecutiveGatewayFailure() : null,
                        Fields.number(
                                detection.hasEnforcingConsecutiveGatewayFailure(),
                                detection.getEnforcingConsecutiveGatewayFailure(),
                                0)),
                trigger(
                        detection.hasConsecutiveLocalOriginFailure()
                                ? detection.getConsecutiveLocalOriginFailure()
                                : null,
                        Fields.number(
                                detection.hasEnforcingConsecutiveLocalOriginFailure(),
                                detection.getEnforcingConsecutiveLocalOriginFailure(),
                                ALL)),
                detection.getSplitExternalLocalOriginErrors(),
                positive(detection.hasInterval(), detection.getInterval(), INTERVAL, "interval"),
                ejection,
                Fields.duration(detection.hasMaxEjectionTime(), detection.getMaxEjectionTime(), LONGEST_EJECTION),
                Fields.number(
                        detection.hasMaxEjectionPercent(), detection.getMaxEjectionPercent(), MAX_EJECTED_PERCENT),
                detection.getAlwaysEjectOneHost().getValue());
    }

    private static Trigger trigger(@Nullable UInt32Value threshold, int enforcingPercent) {
        return new Trigger(threshold == null ? FAILURES : Math.max(1, threshold.getValue()), enforcingPercent);
    }

    /** Statistics over all hosts are not kept: what would eject by them has to be switched off. */
    private static void off(boolean present, UInt32Value percent, String field) {
        if (!present || percent.getValue() != 0) {
            throw Fields.refuse(
                    "outlier_detection by success rate or failure percentage is not supported; set " + field + " to 0");
        }
    }

    private static Duration positive(
            boolean present, com.google.protobuf.Duration proto, Duration otherwise, String field) {
        Duration value = Fields.duration(present, proto, otherwise);
        if (value.isZero() || value.isNegative()) {
            throw Fields.refuse("outlier_detection." + field + " must be longer than 0");
        }
        return value;
    }
}
