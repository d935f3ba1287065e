package io.hyaline.proxy.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.LogFormat;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.route.HeaderEdits;
import io.hyaline.proxy.route.HeaderEdits.Addition;
import io.hyaline.proxy.route.HeaderEdits.Append;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.route.RoutePlan;
import io.hyaline.proxy.route.RoutePlan.Mirror;
import io.hyaline.proxy.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Route configurations: virtual hosts, routes, and what they change. */
final class RouteCompiler {

    private static final Duration BACK_OFF = Duration.ofMillis(25);
    private static final int MAX_RESELECTIONS = 64;

    private RouteCompiler() {}

    static RouteTable compile(RouteConfiguration config) throws InvalidProtocolBufferException {
        Fields.only(
                config,
                "name",
                "virtual_hosts",
                "internal_only_headers",
                "response_headers_to_add",
                "response_headers_to_remove",
                "request_headers_to_add",
                "request_headers_to_remove",
                "most_specific_header_mutations_wins",
                "validate_clusters",
                "max_direct_response_body_size_bytes",
                "ignore_port_in_host_matching",
                "typed_per_filter_config",
                "request_mirror_policies",
                "metadata");
        if (config.getMostSpecificHeaderMutationsWins()) {
            throw Fields.refuse("most_specific_header_mutations_wins is not supported");
        }
        Inherited all = new Inherited(
                null,
                false,
                FilterCompiler.settings(config.getTypedPerFilterConfigMap()),
                ForwardCompiler.mirrors(config.getRequestMirrorPoliciesList(), List.of()));
        List<RouteTable.VirtualHost> hosts = new ArrayList<>();
        for (VirtualHost host : config.getVirtualHostsList()) {
            try {
                hosts.add(host(host, all));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("virtual host '" + host.getName() + "': " + e.getMessage(), e);
            }
        }
        return new RouteTable(
                config.getName(),
                List.copyOf(hosts),
                lower(config.getInternalOnlyHeadersList()),
                edits(config.getRequestHeadersToAddList(), config.getRequestHeadersToRemoveList()),
                edits(config.getResponseHeadersToAddList(), config.getResponseHeadersToRemoveList()),
                config.getIgnorePortInHostMatching());
    }

    private static RouteTable.VirtualHost host(VirtualHost host, Inherited wider)
            throws InvalidProtocolBufferException {
        Fields.only(
                host,
                "name",
                "domains",
                "routes",
                "require_tls",
                "request_headers_to_add",
                "request_headers_to_remove",
                "response_headers_to_add",
                "response_headers_to_remove",
                "include_request_attempt_count",
                "retry_policy",
                "request_mirror_policies",
                "typed_per_filter_config",
                "metadata");
        FilterSettings settings =
                FilterCompiler.settings(host.getTypedPerFilterConfigMap()).over(wider.filters());
        RetryPlan retry = host.hasRetryPolicy() ? retry(host.getRetryPolicy()) : null;
        Inherited own = new Inherited(
                retry,
                host.getIncludeRequestAttemptCount(),
                settings,
                ForwardCompiler.mirrors(host.getRequestMirrorPoliciesList(), wider.mirrors()));
        List<RoutePlan> routes = new ArrayList<>();
        for (Route route : host.getRoutesList()) {
            try {
                routes.add(route(route, own));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("route '" + route.getName() + "': " + e.getMessage(), e);
            }
        }
        return new RouteTable.VirtualHost(
                host.getName(),
                List.copyOf(host.getDomainsList()),
                List.copyOf(routes),
                host.getRequireTls() != VirtualHost.TlsRequirementType.NONE,
                retry,
                edits(host.getRequestHeadersToAddList(), host.getRequestHeadersToRemoveList()),
                edits(host.getResponseHeadersToAddList(), host.getResponseHeadersToRemoveList()),
                host.getIncludeRequestAttemptCount());
    }

    /** What a level says for those below it. */
    record Inherited(@Nullable RetryPlan retry, boolean attemptCount, FilterSettings filters, List<Mirror> mirrors) {}

    private static RoutePlan route(Route route, Inherited wider) throws InvalidProtocolBufferException {
        Fields.only(
                route,
                "name",
                "match",
                "route",
                "redirect",
                "direct_response",
                "metadata",
                "decorator",
                "typed_per_filter_config",
                "request_headers_to_add",
                "request_headers_to_remove",
                "response_headers_to_add",
                "response_headers_to_remove",
                "tracing",
                "stat_prefix");
        FilterSettings settings =
                FilterCompiler.settings(route.getTypedPerFilterConfigMap()).over(wider.filters());
        RoutePlan.Action action = switch (route.getActionCase()) {
            case ROUTE ->
                ForwardCompiler.forward(
                        route.getRoute(),
                        new Inherited(wider.retry(), wider.attemptCount(), settings, wider.mirrors()));
            case REDIRECT -> redirect(route.getRedirect());
            case DIRECT_RESPONSE -> direct(route.getDirectResponse());
            case FILTER_ACTION, NON_FORWARDING_ACTION ->
                throw Fields.refuse("action " + route.getActionCase() + " is not supported");
            case ACTION_NOT_SET -> throw Fields.refuse("has no action");
        };
        return new RoutePlan(
                route.getName(),
                MatchCompiler.match(route.getMatch()),
                action,
                edits(route.getRequestHeadersToAddList(), route.getRequestHeadersToRemoveList()),
                edits(route.getResponseHeadersToAddList(), route.getResponseHeadersToRemoveList()),
                settings);
    }

    private static RoutePlan.Redirect redirect(RedirectAction redirect) {
        Fields.only(
                redirect,
                "https_redirect",
                "scheme_redirect",
                "host_redirect",
                "port_redirect",
                "path_redirect",
                "prefix_rewrite",
                "response_code",
                "strip_query");
        int status = switch (redirect.getResponseCode()) {
            case MOVED_PERMANENTLY -> 301;
            case FOUND -> 302;
            case SEE_OTHER -> 303;
            case TEMPORARY_REDIRECT -> 307;
            case PERMANENT_REDIRECT -> 308;
            case UNRECOGNIZED -> throw Fields.refuse("response_code has an unknown value");
        };
        return new RoutePlan.Redirect(
                status,
                redirect.getHttpsRedirect() ? "https" : redirect.getSchemeRedirect(),
                redirect.getHostRedirect(),
                redirect.getPortRedirect(),
                redirect.hasPathRedirect() ? redirect.getPathRedirect() : null,
                redirect.hasPrefixRewrite() ? redirect.getPrefixRewrite() : null,
                redirect.getStripQuery());
    }

    private static RoutePlan.Direct direct(DirectResponseAction direct) {
        Fields.only(direct, "status", "body");
        if (direct.getStatus() < 200 || direct.getStatus() > 599) {
            throw Fields.refuse("direct_response.status " + direct.getStatus() + " is not between 200 and 599");
        }
        return new RoutePlan.Direct(direct.getStatus(), direct.hasBody() ? Fields.content(direct.getBody()) : "");
    }

    static HeaderEdits edits(List<HeaderValueOption> added, List<String> removed) {
        if (added.isEmpty() && removed.isEmpty()) {
            return HeaderEdits.NONE;
        }
        List<Addition> additions = new ArrayList<>();
        for (HeaderValueOption option : added) {
            additions.add(addition(option));
        }
        return new HeaderEdits(List.copyOf(additions), lower(removed));
    }

    @SuppressWarnings("deprecation") // Istio and most examples still write the old boolean
    private static Addition addition(HeaderValueOption option) {
        String name = option.getHeader().getKey().toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.equals("host") || (name.startsWith(":") && !name.equals(":path"))) {
            throw Fields.refuse("header '" + name + "' cannot be added");
        }
        Append append = switch (option.getAppendAction()) {
            case APPEND_IF_EXISTS_OR_ADD ->
                option.hasAppend() && !option.getAppend().getValue()
                        ? Append.OVERWRITE_IF_EXISTS_OR_ADD
                        : Append.APPEND_IF_EXISTS_OR_ADD;
            case ADD_IF_ABSENT -> Append.ADD_IF_ABSENT;
            case OVERWRITE_IF_EXISTS_OR_ADD -> Append.OVERWRITE_IF_EXISTS_OR_ADD;
            case OVERWRITE_IF_EXISTS -> Append.OVERWRITE_IF_EXISTS;
            case UNRECOGNIZED -> throw Fields.refuse("append_action has an unknown value");
        };
        return new Addition(
                HeaderName.of(name),
                LogFormat.text(option.getHeader().getValue(), true),
                append,
                option.getKeepEmptyValue());
    }

    static List<HeaderName> lower(List<String> names) {
        return names.stream().map(HeaderName::of).toList();
    }

    static RetryPlan retry(RetryPolicy policy) {
        Fields.only(
                policy,
                "retry_on",
                "num_retries",
                "per_try_timeout",
                "retriable_status_codes",
                "retry_back_off",
                "retry_host_predicate",
                "host_selection_retry_max_attempts");
        Set<RetryPlan.On> on = EnumSet.noneOf(RetryPlan.On.class);
        for (String word : policy.getRetryOn().split(",")) {
            RetryPlan.On known = RetryPlan.On.word(word.trim());
            if (known != null) {
                on.add(known);
            } else if (word.trim().matches("[0-9]{3}")) {
                on.add(RetryPlan.On.RETRIABLE_STATUS_CODES);
            } else if (!word.isBlank() && !word.trim().equals("http3-post-connect-failure")) {
                throw Fields.refuse("retry_on '" + word.trim() + "' is not supported");
            }
        }
        var backOff = policy.getRetryBackOff();
        Duration first = Fields.duration(backOff.hasBaseInterval(), backOff.getBaseInterval(), BACK_OFF);
        return new RetryPlan(
                Set.copyOf(on),
                Fields.number(policy.hasNumRetries(), policy.getNumRetries(), 1),
                Fields.durationOrNull(
                        policy.hasPerTryTimeout()
                                && !policy.getPerTryTimeout().equals(com.google.protobuf.Duration.getDefaultInstance()),
                        policy.getPerTryTimeout()),
                List.copyOf(policy.getRetriableStatusCodesList()),
                first,
                Fields.duration(backOff.hasMaxInterval(), backOff.getMaxInterval(), first.multipliedBy(10)),
                reselections(policy));
    }

    private static int reselections(RetryPolicy policy) {
        for (var predicate : policy.getRetryHostPredicateList()) {
            if (!predicate.getName().equals("envoy.retry_host_predicates.previous_hosts")
                    && !predicate.getTypedConfig().is(PreviousHostsPredicate.class)) {
                throw Fields.refuse("retry_host_predicate '" + predicate.getName()
                        + "' is not supported; only envoy.retry_host_predicates.previous_hosts is");
            }
        }
        int attempts = (int) policy.getHostSelectionRetryMaxAttempts();
        return policy.getRetryHostPredicateCount() == 0 ? 0 : Math.clamp(attempts, 1, MAX_RESELECTIONS);
    }
}
