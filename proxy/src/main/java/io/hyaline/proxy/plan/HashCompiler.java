package io.hyaline.proxy.plan;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.RoutePlan.HashPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What consistent hashing looks at. */
final class HashCompiler {

    private HashCompiler() {}

    static List<HashPolicy> policies(List<RouteAction.HashPolicy> policies) {
        List<HashPolicy> compiled = new ArrayList<>();
        for (RouteAction.HashPolicy policy : policies) {
            HashPolicy one = policy(policy);
            if (one != null) {
                compiled.add(one);
            }
        }
        return List.copyOf(compiled);
    }

    private static @Nullable HashPolicy policy(RouteAction.HashPolicy policy) {
        boolean terminal = policy.getTerminal();
        return switch (policy.getPolicySpecifierCase()) {
            case HEADER -> header(policy.getHeader(), terminal);
            case COOKIE -> cookie(policy.getCookie(), terminal);
            case CONNECTION_PROPERTIES ->
                policy.getConnectionProperties().getSourceIp() ? new HashPolicy.SourceAddress(terminal) : null;
            case QUERY_PARAMETER ->
                new HashPolicy.Query(policy.getQueryParameter().getName(), terminal);
            case FILTER_STATE, POLICYSPECIFIER_NOT_SET ->
                throw Fields.refuse("hash_policy " + policy.getPolicySpecifierCase() + " is not supported");
        };
    }

    private static HashPolicy header(RouteAction.HashPolicy.Header header, boolean terminal) {
        Fields.only(header, "header_name", "regex_rewrite");
        Pattern pattern =
                header.hasRegexRewrite() ? Fields.regex(header.getRegexRewrite().getPattern()) : null;
        return new HashPolicy.Header(
                HeaderName.of(header.getHeaderName()),
                pattern,
                header.getRegexRewrite().getSubstitution(),
                terminal);
    }

    private static HashPolicy cookie(RouteAction.HashPolicy.Cookie cookie, boolean terminal) {
        Fields.only(cookie, "name", "ttl", "path", "attributes");
        StringBuilder attributes = new StringBuilder();
        for (var attribute : cookie.getAttributesList()) {
            attributes.append("; ").append(attribute.getName());
            if (!attribute.getValue().isEmpty()) {
                attributes.append('=').append(attribute.getValue());
            }
        }
        return new HashPolicy.Cookie(
                cookie.getName(),
                Fields.durationOrNull(cookie.hasTtl(), cookie.getTtl()),
                cookie.getPath(),
                attributes.toString(),
                terminal);
    }
}
