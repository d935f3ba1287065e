package io.hyaline.proxy.plan;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.hyaline.proxy.hash.HashTable;
import io.hyaline.proxy.upstream.ClusterPlan.Balance;
import io.hyaline.proxy.upstream.ClusterPlan.Balancing;
import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.Hashing;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan.Trigger;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a cluster's endpoints are chosen, and which are left out; the defaults are Envoy's. */
final class BalanceCompiler {

    private static final int PANIC_PERCENT = 50;
    private static final long LEAST_RING = 1024;
    private static final long MOST_RING = 8L * 1024 * 1024;
    private static final long MAGLEV_SIZE = 65_537;
    private static final long MOST_MAGLEV = 5_000_011;
    private static final int CERTAINTY = 100;
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
                "consistent_hashing_lb_config",
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
                cluster.hasOutlierDetection() ? outliers(cluster.getOutlierDetection()) : null,
                hashing(cluster));
    }

    private static Balance balance(Cluster cluster) {
        return switch (cluster.getLbPolicy()) {
            case ROUND_ROBIN -> Balance.ROUND_ROBIN;
            case LEAST_REQUEST -> Balance.LEAST_REQUEST;
            case RANDOM -> Balance.RANDOM;
            case CLUSTER_PROVIDED -> Balance.CLUSTER_PROVIDED;
            case RING_HASH, MAGLEV -> Balance.HASHED;
            case LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED ->
                throw Fields.refuse("lb_policy " + cluster.getLbPolicy() + " is not supported");
        };
    }

    private static @Nullable Hashing hashing(Cluster cluster) {
        var common = cluster.getCommonLbConfig().getConsistentHashingLbConfig();
        Fields.only(common, "use_hostname_for_hashing", "hash_balance_factor");
        if (common.getUseHostnameForHashing() && cluster.getType() != Cluster.DiscoveryType.STRICT_DNS) {
            throw Fields.refuse("use_hostname_for_hashing needs type STRICT_DNS");
        }
        if (common.hasHashBalanceFactor() && common.getHashBalanceFactor().getValue() != 0) {
            throw Fields.refuse("hash_balance_factor (bounded loads) is not supported; remove it");
        }
        if ((cluster.hasRingHashLbConfig() && cluster.getLbPolicy() != Cluster.LbPolicy.RING_HASH)
                || (cluster.hasMaglevLbConfig() && cluster.getLbPolicy() != Cluster.LbPolicy.MAGLEV)) {
            throw Fields.refuse("ring_hash_lb_config and maglev_lb_config go with their own lb_policy only, which is "
                    + cluster.getLbPolicy());
        }
        return switch (cluster.getLbPolicy()) {
            case RING_HASH -> new Hashing(ring(cluster.getRingHashLbConfig()), common.getUseHostnameForHashing());
            case MAGLEV -> new Hashing(table(cluster.getMaglevLbConfig()), common.getUseHostnameForHashing());
            case ROUND_ROBIN, LEAST_REQUEST, RANDOM, CLUSTER_PROVIDED, LOAD_BALANCING_POLICY_CONFIG, UNRECOGNIZED ->
                null;
        };
    }

    private static HashTable.Kind ring(Cluster.RingHashLbConfig config) {
        Fields.only(config, "minimum_ring_size", "maximum_ring_size", "hash_function");
        long least = config.hasMinimumRingSize() ? config.getMinimumRingSize().getValue() : LEAST_RING;
        long most = config.hasMaximumRingSize() ? config.getMaximumRingSize().getValue() : MOST_RING;
        if (least < 1 || most < least || most > MOST_RING) {
            throw Fields.refuse("ring sizes from " + Long.toUnsignedString(least) + " to " + Long.toUnsignedString(most)
                    + " are not within each other and " + MOST_RING);
        }
        return new HashTable.Kind.Ring(
                (int) least,
                (int) most,
                switch (config.getHashFunction()) {
                    case XX_HASH -> HashTable.Function.XX_HASH;
                    case MURMUR_HASH_2 -> HashTable.Function.MURMUR_HASH_2;
                    case UNRECOGNIZED -> throw Fields.refuse("hash_function has an unknown value");
                });
    }

    private static HashTable.Kind table(Cluster.MaglevLbConfig config) {
        Fields.only(config, "table_size");
        long size = config.hasTableSize() ? config.getTableSize().getValue() : MAGLEV_SIZE;
        if (size < 2 || size > MOST_MAGLEV || !BigInteger.valueOf(size).isProbablePrime(CERTAINTY)) {
            throw Fields.refuse("maglev_lb_config.table_size " + Long.toUnsignedString(size)
                    + " is not a prime number up to " + MOST_MAGLEV);
        }
        return new HashTable.Kind.Table((int) size);
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
