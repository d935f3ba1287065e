package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.hyaline.proxy.route.CorsPlan;
import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.route.FilterSettings.Setting;
import io.hyaline.proxy.route.Fraction;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Faults, CORS policies, protocols to offer, and what routes say to the filters. */
final class FilterCompiler {

    private FilterCompiler() {}

    /** typed_per_filter_config of one level. */
    static FilterSettings settings(Map<String, Any> configs) throws InvalidProtocolBufferException {
        if (configs.isEmpty()) {
            return FilterSettings.NONE;
        }
        Map<String, Setting> settings = new HashMap<>();
        for (Map.Entry<String, Any> config : configs.entrySet()) {
            try {
                Setting setting = setting(config.getValue());
                if (setting != null) {
                    settings.put(config.getKey(), setting);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "typed_per_filter_config '" + config.getKey() + "': " + e.getMessage(), e);
            }
        }
        return settings.isEmpty() ? FilterSettings.NONE : new FilterSettings(Map.copyOf(settings));
    }

    private static @Nullable Setting setting(Any config) throws InvalidProtocolBufferException {
        if (!config.is(FilterConfig.class)) {
            return typed(config);
        }
        FilterConfig wrapped = config.unpack(FilterConfig.class);
        Fields.only(wrapped, "config", "is_optional", "disabled");
        Setting setting = null;
        if (wrapped.getConfig().getTypeUrl().isEmpty()) {
            setting = Setting.of(true);
        } else if (isKnown(wrapped.getConfig()) || !wrapped.getIsOptional()) {
            setting = typed(wrapped.getConfig());
        }
        return wrapped.getDisabled() ? Setting.of(false) : setting;
    }

    private static boolean isKnown(Any config) {
        return config.is(HTTPFault.class) || config.is(CorsPolicy.class) || config.is(Config.class);
    }

    private static @Nullable Setting typed(Any config) throws InvalidProtocolBufferException {
        if (config.is(HTTPFault.class)) {
            return new Setting(true, fault(config.unpack(HTTPFault.class)), null, "");
        }
        if (config.is(CorsPolicy.class)) {
            return new Setting(true, null, cors(config.unpack(CorsPolicy.class)), "");
        }
        if (config.is(Config.class)) {
            String protocols = FilterState.protocols(config.unpack(Config.class));
            if (protocols == null) {
                throw Fields.refuse("only a fixed list for envoy.network.application_protocols is supported");
            }
            return new Setting(true, null, null, protocols);
        }
        if (HttpCompiler.istioNoise(config.getTypeUrl())) {
            return null;
        }
        throw Fields.refuse("type '" + config.getTypeUrl()
                + "' is not supported; wrap it in a FilterConfig with is_optional to go without it");
    }

    static FaultPlan fault(HTTPFault fault) {
        Fields.only(
                fault,
                "delay",
                "abort",
                "upstream_cluster",
                "headers",
                "downstream_nodes",
                "max_active_faults",
                "disable_downstream_cluster_stats");
        return new FaultPlan(
                fault.hasDelay() ? delay(fault.getDelay()) : null,
                fault.hasAbort() ? abort(fault.getAbort()) : null,
                new FaultPlan.Only(
                        fault.getUpstreamCluster(),
                        Set.copyOf(fault.getDownstreamNodesList()),
                        MatchCompiler.headers(fault.getHeadersList())),
                fault.hasMaxActiveFaults()
                        ? Integer.toUnsignedLong(fault.getMaxActiveFaults().getValue())
                        : Long.MAX_VALUE);
    }

    private static FaultPlan.Delay delay(FaultDelay delay) {
        Fields.only(delay, "fixed_delay", "header_delay", "percentage");
        return switch (delay.getFaultDelaySecifierCase()) {
            case FIXED_DELAY ->
                new FaultPlan.Delay(Fields.duration(delay.getFixedDelay()), fraction(delay.getPercentage()));
            case HEADER_DELAY -> new FaultPlan.Delay(null, fraction(delay.getPercentage()));
            case FAULTDELAYSECIFIER_NOT_SET -> throw Fields.refuse("delay has neither fixed_delay nor header_delay");
        };
    }

    private static FaultPlan.Abort abort(FaultAbort abort) {
        Fields.only(abort, "http_status", "grpc_status", "header_abort", "percentage");
        FaultPlan.Answer answer = switch (abort.getErrorTypeCase()) {
            case HTTP_STATUS -> {
                if (abort.getHttpStatus() < 200 || abort.getHttpStatus() >= 600) {
                    throw Fields.refuse("abort.http_status " + abort.getHttpStatus() + " is not between 200 and 599");
                }
                yield new FaultPlan.Answer.Http(abort.getHttpStatus());
            }
            case GRPC_STATUS -> new FaultPlan.Answer.Grpc(abort.getGrpcStatus());
            case HEADER_ABORT -> new FaultPlan.Answer.Asked();
            case ERRORTYPE_NOT_SET ->
                throw Fields.refuse("abort has neither http_status nor grpc_status nor header_abort");
        };
        return new FaultPlan.Abort(answer, fraction(abort.getPercentage()));
    }

    private static CorsPlan cors(CorsPolicy policy) {
        Fields.only(
                policy,
                "allow_origin_string_match",
                "allow_methods",
                "allow_headers",
                "expose_headers",
                "max_age",
                "allow_credentials",
                "filter_enabled",
                "shadow_enabled",
                "allow_private_network_access",
                "forward_not_matching_preflights");
        return new CorsPlan(
                policy.getAllowOriginStringMatchList().stream()
                        .map(Fields::text)
                        .toList(),
                policy.getAllowMethods(),
                policy.getAllowHeaders(),
                policy.getExposeHeaders(),
                policy.getMaxAge(),
                truth(policy.hasAllowCredentials(), policy.getAllowCredentials()),
                truth(policy.hasAllowPrivateNetworkAccess(), policy.getAllowPrivateNetworkAccess()),
                truth(policy.hasForwardNotMatchingPreflights(), policy.getForwardNotMatchingPreflights()),
                fraction(policy.hasFilterEnabled(), policy.getFilterEnabled(), Fraction.ALL),
                fraction(policy.hasShadowEnabled(), policy.getShadowEnabled(), Fraction.NONE));
    }

    private static @Nullable Boolean truth(boolean present, BoolValue value) {
        return present ? Boolean.valueOf(value.getValue()) : null;
    }

    /** A share that could be overridden at run time elsewhere: its default counts. */
    static Fraction fraction(boolean present, RuntimeFractionalPercent percent, Fraction otherwise) {
        return present ? fraction(percent.getDefaultValue()) : otherwise;
    }

    private static Fraction fraction(FractionalPercent percent) {
        int denominator = MatchCompiler.denominator(percent);
        return new Fraction((int) Math.min(denominator, Integer.toUnsignedLong(percent.getNumerator())), denominator);
    }
}
