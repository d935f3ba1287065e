package io.hyaline.objects.istio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code networking.istio.io} EnvoyFilter. */
public record EnvoyFilterSpec(
        @Nullable WorkloadSelector workloadSelector,
        List<PolicyTarget> targetRefs,
        List<ConfigPatch> configPatches,
        int priority) {
    public enum ApplyTo {
        INVALID,
        LISTENER,
        FILTER_CHAIN,
        NETWORK_FILTER,
        HTTP_FILTER,
        ROUTE_CONFIGURATION,
        VIRTUAL_HOST,
        HTTP_ROUTE,
        CLUSTER,
        EXTENSION_CONFIG,
        BOOTSTRAP,
        LISTENER_FILTER
    }

    public enum Context {
        ANY,
        SIDECAR_INBOUND,
        SIDECAR_OUTBOUND,
        GATEWAY,
        WAYPOINT
    }

    public enum Operation {
        INVALID,
        MERGE,
        ADD,
        REMOVE,
        INSERT_BEFORE,
        INSERT_AFTER,
        INSERT_FIRST,
        REPLACE,
        MERGE_AND_REPLACE_LIST
    }

    public enum FilterClass {
        UNSPECIFIED,
        AUTHN,
        AUTHZ,
        STATS
    }

    public enum RouteAction {
        ANY,
        ROUTE,
        REDIRECT,
        DIRECT_RESPONSE
    }

    public record ConfigPatch(
            @Nullable ApplyTo applyTo,
            @Nullable Match match,
            @Nullable Patch patch) {}

    public record Match(
            @Nullable Context context,
            @Nullable Proxy proxy,
            @Nullable Listener listener,
            @Nullable RouteConfiguration routeConfiguration,
            @Nullable Cluster cluster,
            @Nullable Waypoint waypoint) {}

    public record Proxy(String proxyVersion, Map<String, String> metadata) {}

    public record Listener(
            int portNumber, String portName, @Nullable FilterChain filterChain, String listenerFilter, String name) {}

    public record FilterChain(
            String name,
            String sni,
            String transportProtocol,
            String applicationProtocols,
            @Nullable Filter filter,
            int destinationPort) {}

    public record Filter(String name, @Nullable SubFilter subFilter) {}

    public record SubFilter(String name) {}

    public record RouteConfiguration(
            int portNumber,
            String portName,
            String gateway,
            @Nullable VirtualHost vhost,
            String name) {}

    public record VirtualHost(
            String name, String domainName, @Nullable Route route) {}

    public record Route(String name, @Nullable RouteAction action) {}

    public record Cluster(int portNumber, String service, String subset, String name) {}

    public record Waypoint(
            @Nullable Filter filter,
            int portNumber,
            @Nullable WaypointRoute route) {}

    public record WaypointRoute(String name) {}

    public record Patch(
            @Nullable Operation operation,
            @Free @Nullable JsonNode value,
            @Nullable FilterClass filterClass) {}
}
