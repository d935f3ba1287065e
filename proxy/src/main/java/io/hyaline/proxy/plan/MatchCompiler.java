package io.hyaline.proxy.plan;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.RouteMatch;
import io.hyaline.proxy.route.RouteMatch.HeaderMatch;
import io.hyaline.proxy.route.RouteMatch.PathMatch;
import io.hyaline.proxy.route.RouteMatch.QueryMatch;
import io.hyaline.proxy.route.RouteMatch.ValueMatch;
import java.util.List;

/** What requests routes match. */
final class MatchCompiler {

    private MatchCompiler() {}

    static RouteMatch match(io.envoyproxy.envoy.config.route.v3.RouteMatch match) {
        Fields.only(
                match,
                "prefix",
                "path",
                "safe_regex",
                "path_separated_prefix",
                "connect_matcher",
                "case_sensitive",
                "runtime_fraction",
                "headers",
                "query_parameters");
        PathMatch path = switch (match.getPathSpecifierCase()) {
            case PREFIX -> new PathMatch.Prefix(match.getPrefix());
            case PATH -> new PathMatch.Exact(match.getPath());
            case SAFE_REGEX -> new PathMatch.Regex(Fields.regex(match.getSafeRegex()));
            case PATH_SEPARATED_PREFIX -> new PathMatch.SeparatedPrefix(match.getPathSeparatedPrefix());
            case CONNECT_MATCHER -> new PathMatch.Connect();
            case PATH_MATCH_POLICY -> throw Fields.refuse("path_match_policy is not supported");
            case PATHSPECIFIER_NOT_SET -> throw Fields.refuse("match names no path");
        };
        double fraction =
                match.hasRuntimeFraction() ? fraction(match.getRuntimeFraction().getDefaultValue()) : 1;
        return new RouteMatch(
                path,
                match.hasCaseSensitive() && !match.getCaseSensitive().getValue(),
                headers(match.getHeadersList()),
                match.getQueryParametersList().stream()
                        .map(MatchCompiler::query)
                        .toList(),
                fraction);
    }

    static double fraction(FractionalPercent percent) {
        return Math.min(1, (double) Integer.toUnsignedLong(percent.getNumerator()) / denominator(percent));
    }

    static int denominator(FractionalPercent percent) {
        return switch (percent.getDenominator()) {
            case HUNDRED -> 100;
            case TEN_THOUSAND -> 10_000;
            case MILLION -> 1_000_000;
            case UNRECOGNIZED -> throw Fields.refuse("a fraction has an unknown denominator");
        };
    }

    static List<HeaderMatch> headers(List<HeaderMatcher> matchers) {
        return matchers.stream().map(MatchCompiler::header).toList();
    }

    @SuppressWarnings("deprecation") // the old one-word matchers are still written by Istio
    private static HeaderMatch header(HeaderMatcher matcher) {
        ValueMatch value = switch (matcher.getHeaderMatchSpecifierCase()) {
            case EXACT_MATCH -> new ValueMatch.Text(new TextMatch.Exact(matcher.getExactMatch(), false));
            case SAFE_REGEX_MATCH ->
                new ValueMatch.Text(new TextMatch.Regex(Fields.regex(matcher.getSafeRegexMatch())));
            case RANGE_MATCH ->
                new ValueMatch.Range(
                        matcher.getRangeMatch().getStart(),
                        matcher.getRangeMatch().getEnd());
            case PRESENT_MATCH -> new ValueMatch.Present(matcher.getPresentMatch());
            case PREFIX_MATCH -> new ValueMatch.Text(new TextMatch.Prefix(matcher.getPrefixMatch(), false));
            case SUFFIX_MATCH -> new ValueMatch.Text(new TextMatch.Suffix(matcher.getSuffixMatch(), false));
            case CONTAINS_MATCH -> new ValueMatch.Text(new TextMatch.Contains(matcher.getContainsMatch(), false));
            case STRING_MATCH -> new ValueMatch.Text(Fields.text(matcher.getStringMatch()));
            case HEADERMATCHSPECIFIER_NOT_SET -> new ValueMatch.Present(true);
        };
        return new HeaderMatch(
                HeaderName.of(matcher.getName()),
                value,
                matcher.getInvertMatch(),
                matcher.getTreatMissingHeaderAsEmpty());
    }

    private static QueryMatch query(QueryParameterMatcher matcher) {
        return switch (matcher.getQueryParameterMatchSpecifierCase()) {
            case STRING_MATCH -> new QueryMatch(matcher.getName(), Fields.text(matcher.getStringMatch()));
            case PRESENT_MATCH, QUERYPARAMETERMATCHSPECIFIER_NOT_SET -> new QueryMatch(matcher.getName(), null);
        };
    }
}
