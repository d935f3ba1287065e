package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.hyaline.proxy.forward.UpstreamAlpn;
import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.http2.Http2Limits;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.route.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** HTTP connection managers and their filters. */
final class HttpCompiler {

    /** Types of Istio's that observe and never change what a client sees. */
    private static final Set<String> ISTIO_NOISE = Set.of(
            "type.googleapis.com/stats.PluginConfig",
            "type.googleapis.com/io.istio.http.peer_metadata.Config",
            "type.googleapis.com/io.istio.network.peer_metadata.Config",
            "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
            "type.googleapis.com/udpa.type.v1.TypedStruct",
            "type.googleapis.com/xds.type.v3.TypedStruct");

    private static final Set<String> FORMATTERS = Set.of(
            "type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery",
            "type.googleapis.com/envoy.extensions.formatter.metadata.v3.Metadata",
            "type.googleapis.com/envoy.extensions.formatter.cel.v3.Cel");

    private static final String ISTIO_ALPN =
            "type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig";

    private HttpCompiler() {}

    static boolean istioNoise(String typeUrl) {
        return ISTIO_NOISE.contains(typeUrl);
    }

    static boolean formatterExtension(String typeUrl) {
        return FORMATTERS.contains(typeUrl);
    }

    static HcmPlan compile(HttpConnectionManager hcm) throws InvalidProtocolBufferException {
        known(hcm);
        Set<String> upgrades = new HashSet<>();
        for (var upgrade : hcm.getUpgradeConfigsList()) {
            if (!upgrade.hasEnabled() || upgrade.getEnabled().getValue()) {
                upgrades.add(upgrade.getUpgradeType().toLowerCase(Locale.ROOT));
            }
        }
        var common = hcm.getCommonHttpProtocolOptions();
        return new HcmPlan(
                hcm.getStatPrefix(),
                codec(hcm),
                routes(hcm),
                edge(hcm),
                new HcmPlan.ClientCertificate(forwardMode(hcm), details(hcm)),
                new HcmPlan.Server(hcm.getServerName().isEmpty() ? "envoy" : hcm.getServerName(), serverHeader(hcm)),
                new HcmPlan.Paths(
                        hcm.getNormalizePath().getValue(),
                        hcm.getMergeSlashes(),
                        hcm.getStripMatchingHostPort() || hcm.getStripAnyHostPort()),
                timeouts(hcm),
                new HcmPlan.RequestIds(
                        !hcm.hasGenerateRequestId()
                                || hcm.getGenerateRequestId().getValue(),
                        hcm.getPreserveExternalRequestId(),
                        hcm.getAlwaysSetRequestIdInResponse()),
                new HcmPlan.Limits(
                        1024 * Fields.number(hcm.hasMaxRequestHeadersKb(), hcm.getMaxRequestHeadersKb(), 60),
                        Fields.number(common.hasMaxHeadersCount(), common.getMaxHeadersCount(), 100),
                        Fields.number(common.hasMaxRequestsPerConnection(), common.getMaxRequestsPerConnection(), 0),
                        hcm.getHttpProtocolOptions().getAcceptHttp10(),
                        hcm.getHttpProtocolOptions().getDefaultHostForHttp10(),
                        hcm.getHttpProtocolOptions().getEnableTrailers(),
                        Http2Compiler.limits(hcm.getHttp2ProtocolOptions(), Http2Limits.DEFAULT),
                        Set.copyOf(upgrades)),
                filters(hcm.getHttpFiltersList()),
                LogCompiler.logs(hcm.getAccessLogList()));
    }

    private static void known(HttpConnectionManager hcm) {
        Fields.only(
                hcm,
                "codec_type",
                "stat_prefix",
                "rds",
                "route_config",
                "http_filters",
                "add_user_agent",
                "common_http_protocol_options",
                "http_protocol_options",
                "http2_protocol_options",
                "server_name",
                "server_header_transformation",
                "max_request_headers_kb",
                "stream_idle_timeout",
                "request_timeout",
                "request_headers_timeout",
                "drain_timeout",
                "delayed_close_timeout",
                "access_log",
                "access_log_options",
                "use_remote_address",
                "xff_num_trusted_hops",
                "internal_address_config",
                "skip_xff_append",
                "via",
                "generate_request_id",
                "preserve_external_request_id",
                "always_set_request_id_in_response",
                "forward_client_cert_details",
                "set_current_client_cert_details",
                "upgrade_configs",
                "normalize_path",
                "merge_slashes",
                "path_with_escaped_slashes_action",
                "strip_matching_host_port",
                "strip_any_host_port",
                "append_x_forwarded_port",
                "request_id_extension",
                "tracing");
        knownValues(hcm);
    }

    private static void knownValues(HttpConnectionManager hcm) {
        if (hcm.getPathWithEscapedSlashesActionValue() > 1) {
            throw Fields.refuse("path_with_escaped_slashes_action other than KEEP_UNCHANGED is not supported");
        }
        if (hcm.hasTracing() && hcm.getTracing().hasProvider()) {
            throw Fields.refuse("tracing.provider is not supported");
        }
        Fields.off(hcm.getAddUserAgent().getValue(), "add_user_agent");
        Fields.only(hcm.getAccessLogOptions());
        http1(hcm.getHttpProtocolOptions());
    }

    /** HTTP/1 settings, of either side. */
    static void http1(Http1ProtocolOptions options) {
        Fields.only(
                options,
                "accept_http_10",
                "default_host_for_http_10",
                "allow_absolute_url",
                "enable_trailers",
                "header_key_format",
                "allow_chunked_length",
                "override_stream_error_on_invalid_http_message",
                "use_balsa_parser");
        if (options.getAllowChunkedLength()) {
            throw Fields.refuse(
                    "http_protocol_options.allow_chunked_length invites request smuggling and is not supported");
        }
        if (options.hasHeaderKeyFormat()) {
            throw Fields.refuse(
                    "http_protocol_options.header_key_format is not supported; names are written in lower case");
        }
        if (options.hasAllowAbsoluteUrl() && !options.getAllowAbsoluteUrl().getValue()) {
            throw Fields.refuse("http_protocol_options.allow_absolute_url false is not supported; remove it");
        }
        Fields.off(
                options.getOverrideStreamErrorOnInvalidHttpMessage().getValue(),
                "http_protocol_options.override_stream_error_on_invalid_http_message");
    }

    private static HcmPlan.Codec codec(HttpConnectionManager hcm) {
        return switch (hcm.getCodecType()) {
            case AUTO -> HcmPlan.Codec.AUTO;
            case HTTP1 -> HcmPlan.Codec.HTTP1;
            case HTTP2 -> HcmPlan.Codec.HTTP2;
            case HTTP3, UNRECOGNIZED -> throw Fields.refuse("codec_type " + hcm.getCodecType() + " is not supported");
        };
    }

    private static HcmPlan.Routes routes(HttpConnectionManager hcm) throws InvalidProtocolBufferException {
        return switch (hcm.getRouteSpecifierCase()) {
            case ROUTE_CONFIG -> new HcmPlan.Routes.Inline(RouteCompiler.compile(hcm.getRouteConfig()));
            case RDS -> new HcmPlan.Routes.Named(hcm.getRds().getRouteConfigName());
            case SCOPED_ROUTES -> throw Fields.refuse("scoped_routes are not supported");
            case ROUTESPECIFIER_NOT_SET -> throw Fields.refuse("has neither route_config nor rds");
        };
    }

    private static HcmPlan.Edge edge(HttpConnectionManager hcm) {
        List<Cidr> internal = List.of();
        if (hcm.hasInternalAddressConfig()) {
            var config = hcm.getInternalAddressConfig();
            internal = config.getCidrRangesCount() == 0 ? Cidr.PRIVATE : Fields.ranges(config.getCidrRangesList());
        }
        return new HcmPlan.Edge(
                hcm.getUseRemoteAddress().getValue(),
                hcm.getXffNumTrustedHops(),
                hcm.getSkipXffAppend(),
                internal,
                hcm.getAppendXForwardedPort(),
                hcm.getVia());
    }

    private static HcmPlan.ForwardMode forwardMode(HttpConnectionManager hcm) {
        return switch (hcm.getForwardClientCertDetails()) {
            case SANITIZE -> HcmPlan.ForwardMode.SANITIZE;
            case FORWARD_ONLY -> HcmPlan.ForwardMode.FORWARD_ONLY;
            case APPEND_FORWARD -> HcmPlan.ForwardMode.APPEND_FORWARD;
            case SANITIZE_SET -> HcmPlan.ForwardMode.SANITIZE_SET;
            case ALWAYS_FORWARD_ONLY -> HcmPlan.ForwardMode.ALWAYS_FORWARD_ONLY;
            case UNRECOGNIZED -> throw Fields.refuse("forward_client_cert_details has an unknown value");
        };
    }

    private static Set<HcmPlan.Detail> details(HttpConnectionManager hcm) {
        var set = hcm.getSetCurrentClientCertDetails();
        Set<HcmPlan.Detail> details = EnumSet.noneOf(HcmPlan.Detail.class);
        add(details, set.getSubject().getValue(), HcmPlan.Detail.SUBJECT);
        add(details, set.getCert(), HcmPlan.Detail.CERT);
        add(details, set.getChain(), HcmPlan.Detail.CHAIN);
        add(details, set.getDns(), HcmPlan.Detail.DNS);
        add(details, set.getUri(), HcmPlan.Detail.URI);
        return Set.copyOf(details);
    }

    private static void add(Set<HcmPlan.Detail> details, boolean present, HcmPlan.Detail detail) {
        if (present) {
            details.add(detail);
        }
    }

    private static HcmPlan.ServerHeader serverHeader(HttpConnectionManager hcm) {
        return switch (hcm.getServerHeaderTransformation()) {
            case OVERWRITE -> HcmPlan.ServerHeader.OVERWRITE;
            case APPEND_IF_ABSENT -> HcmPlan.ServerHeader.APPEND_IF_ABSENT;
            case PASS_THROUGH -> HcmPlan.ServerHeader.PASS_THROUGH;
            case UNRECOGNIZED -> throw Fields.refuse("server_header_transformation has an unknown value");
        };
    }

    private static HcmPlan.Timeouts timeouts(HttpConnectionManager hcm) {
        var common = hcm.getCommonHttpProtocolOptions();
        Fields.only(
                common,
                "idle_timeout",
                "max_connection_duration",
                "max_headers_count",
                "max_stream_duration",
                "headers_with_underscores_action",
                "max_requests_per_connection");
        if (common.getHeadersWithUnderscoresActionValue() != 0) {
            throw Fields.refuse("headers_with_underscores_action other than ALLOW is not supported");
        }
        return new HcmPlan.Timeouts(
                Fields.duration(common.hasIdleTimeout(), common.getIdleTimeout(), Duration.ofHours(1)),
                Fields.duration(hcm.hasStreamIdleTimeout(), hcm.getStreamIdleTimeout(), Duration.ofMinutes(5)),
                Fields.duration(hcm.hasRequestTimeout(), hcm.getRequestTimeout(), Duration.ZERO),
                Fields.duration(hcm.hasRequestHeadersTimeout(), hcm.getRequestHeadersTimeout(), Duration.ZERO),
                Fields.positiveOrNull(common.hasMaxConnectionDuration(), common.getMaxConnectionDuration()),
                Fields.positiveOrNull(common.hasMaxStreamDuration(), common.getMaxStreamDuration()),
                Fields.duration(hcm.hasDrainTimeout(), hcm.getDrainTimeout(), Duration.ofSeconds(5)));
    }

    private static List<HcmPlan.Filter> filters(List<HttpFilter> filters) throws InvalidProtocolBufferException {
        List<HcmPlan.Filter> plans = new ArrayList<>();
        for (HttpFilter filter : filters) {
            try {
                plans.add(filter(filter));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("HTTP filter '" + filter.getName() + "': " + e.getMessage(), e);
            }
        }
        if (plans.isEmpty() || !(plans.getLast() instanceof HcmPlan.Filter.Router)) {
            throw Fields.refuse("the last HTTP filter must be envoy.filters.http.router");
        }
        return List.copyOf(plans);
    }

    private static HcmPlan.Filter filter(HttpFilter filter) throws InvalidProtocolBufferException {
        Fields.only(filter, "name", "typed_config", "is_optional", "disabled");
        Any config = filter.getTypedConfig();
        boolean enabled = !filter.getDisabled();
        if (config.is(Router.class)) {
            Router router = config.unpack(Router.class);
            Fields.only(router, "dynamic_stats", "start_child_span", "suppress_envoy_headers");
            return new HcmPlan.Filter.Router(!router.getSuppressEnvoyHeaders());
        }
        if (!enabled && !config.is(HTTPFault.class) && !config.is(Cors.class)) {
            throw Fields.refuse("disabled is supported for the fault and CORS filters only; leave the filter out");
        }
        if (config.getTypeUrl().equals(ISTIO_ALPN)) {
            return new HcmPlan.Filter.Alpn(new UpstreamAlpn.Istio());
        }
        if (config.is(Config.class)) {
            String protocols = FilterState.protocols(config.unpack(Config.class));
            if (protocols != null) {
                return new HcmPlan.Filter.Alpn(new UpstreamAlpn.Announced(filter.getName(), protocols));
            }
        }
        if (config.is(HTTPFault.class)) {
            FaultPlan own = FilterCompiler.fault(config.unpack(HTTPFault.class));
            return new HcmPlan.Filter.Fault(filter.getName(), enabled, own);
        }
        if (config.is(Cors.class)) {
            return new HcmPlan.Filter.Cors(filter.getName(), enabled);
        }
        if (config.is(FilterConfig.class) || istioNoise(config.getTypeUrl())) {
            return new HcmPlan.Filter.Silent(filter.getName());
        }
        if (filter.getIsOptional()) {
            return new HcmPlan.Filter.Silent(filter.getName());
        }
        throw Fields.refuse(
                "type '" + config.getTypeUrl() + "' is not supported; mark it is_optional to go without it");
    }
}
