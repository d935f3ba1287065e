package io.hyaline.objects.istio;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} VirtualService. */
public record VirtualServiceSpec(
        List<String> hosts,
        List<String> gateways,
        List<HttpRoute> http,
        List<TlsRoute> tls,
        List<TcpRoute> tcp,
        List<String> exportTo) {

    public record HttpRoute(
            String name,
            List<HttpMatch> match,
            @JsonUnwrapped @Nullable HttpAction action,
            @Nullable Rewrite rewrite,
            String timeout,
            @Nullable Retries retries,
            @Nullable Fault fault,
            @JsonUnwrapped @Nullable Mirroring mirroring,
            @Nullable Cors corsPolicy,
            @Nullable Headers headers) {}

    /** What answers: destinations, or the proxy itself, or another VirtualService. */
    public record HttpAction(
            List<HttpDestination> route,
            @Nullable Redirect redirect,
            @Nullable DirectResponse directResponse,
            @Nullable Delegate delegate) {}

    public record Mirroring(
            @Nullable Destination mirror,
            List<Mirror> mirrors,
            @Nullable Integer mirrorPercent,
            @Nullable Percent mirrorPercentage) {}

    public record HttpMatch(
            String name,
            @Nullable StringMatch uri,
            boolean ignoreUriCase,
            @Nullable StringMatch scheme,
            @Nullable StringMatch method,
            @Nullable StringMatch authority,
            Map<String, StringMatch> headers,
            Map<String, StringMatch> withoutHeaders,
            Map<String, StringMatch> queryParams,
            int port,
            List<String> gateways,
            @JsonUnwrapped @Nullable Source source) {}

    /** Who calls. */
    public record Source(Map<String, String> sourceLabels, String sourceNamespace, String statPrefix) {}

    public record Destination(
            @Required String host, String subset, @Nullable PortSelector port) {}

    public record PortSelector(int number) {}

    public record HttpDestination(
            @Required @Nullable Destination destination,
            int weight,
            @Nullable Headers headers) {}

    public record RouteDestination(@Required @Nullable Destination destination, int weight) {}

    public record Headers(
            @Nullable HeaderOperations request, @Nullable HeaderOperations response) {}

    public record HeaderOperations(Map<String, String> set, Map<String, String> add, List<String> remove) {}

    public record Rewrite(
            String uri, String authority, @Nullable RegexRewrite uriRegexRewrite) {}

    public record RegexRewrite(String match, String rewrite) {}

    public enum RedirectPort {
        FROM_PROTOCOL_DEFAULT,
        FROM_REQUEST_PORT
    }

    public record Redirect(
            String uri,
            String authority,
            int port,
            @Nullable RedirectPort derivePort,
            String scheme,
            int redirectCode) {}

    public record DirectResponse(int status, @Nullable Body body) {}

    public record Body(String string, String bytes) {}

    public record Delegate(String name, String namespace) {}

    public record Retries(
            int attempts,
            String perTryTimeout,
            String retryOn,
            @Nullable Boolean retryRemoteLocalities,
            @Nullable Boolean retryIgnorePreviousHosts,
            String backoff) {}

    public record Fault(@Nullable Delay delay, @Nullable Abort abort) {}

    public record Delay(
            int percent,
            String fixedDelay,
            String exponentialDelay,
            @Nullable Percent percentage) {}

    public record Abort(
            int httpStatus,
            String grpcStatus,
            String http2Error,
            @Nullable Percent percentage) {}

    public record Percent(double value) {}

    public record Mirror(
            @Required @Nullable Destination destination,
            @Nullable Percent percentage) {}

    public enum UnmatchedPreflights {
        UNSPECIFIED,
        FORWARD,
        IGNORE
    }

    public record Cors(
            List<String> allowOrigin,
            List<StringMatch> allowOrigins,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            String maxAge,
            @Nullable Boolean allowCredentials,
            @Nullable UnmatchedPreflights unmatchedPreflights) {}

    public record TlsRoute(List<TlsMatch> match, List<RouteDestination> route) {}

    public record TlsMatch(
            @Required List<String> sniHosts,
            List<String> destinationSubnets,
            int port,
            Map<String, String> sourceLabels,
            List<String> gateways,
            String sourceNamespace) {}

    public record TcpRoute(List<L4Match> match, List<RouteDestination> route) {}

    public record L4Match(
            List<String> destinationSubnets,
            int port,
            String sourceSubnet,
            Map<String, String> sourceLabels,
            List<String> gateways,
            String sourceNamespace) {}
}
