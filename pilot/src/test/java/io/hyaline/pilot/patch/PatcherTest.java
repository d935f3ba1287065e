package io.hyaline.pilot.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.pilot.fixture.Filters;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.ProxyResources;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operation on every kind of thing. */
class PatcherTest {
    private static final String LUA = "value: {name: lua, typed_config: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}";
    private static final String CHAIN =
            "{context: SIDECAR_INBOUND, listener: {name: virtualInbound, portNumber: 8000, filterChain: {filter:"
                    + " {name: envoy.filters.network.http_connection_manager%s}}}}";
    private static final String HTTPBIN = "outbound|8000||httpbin.default.svc.cluster.local";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADD|''|fault cors router lua",
                "INSERT_FIRST|''|lua fault cors router",
                "INSERT_BEFORE|router|fault cors lua router",
                "INSERT_AFTER|fault|fault lua cors router",
                "INSERT_BEFORE|''|lua fault cors router",
                "INSERT_AFTER|''|fault cors router lua",
                "INSERT_BEFORE|unknown|fault cors router",
                "REPLACE|cors|fault lua router",
                "REPLACE|''|fault cors router",
                "REMOVE|cors|fault router",
                "REMOVE|''|''",
            })
    void httpFilters(String operation, String subFilter, String expected) {
        String sub = subFilter.isEmpty() ? "" : ", subFilter: {name: envoy.filters.http." + subFilter + "}";
        ProxyResources resources = patched(
                Filters.patch("HTTP_FILTER", CHAIN.formatted(sub), "{operation: " + operation + ", " + LUA + "}"));
        String names = String.join(
                " ",
                manager(chain(resources, 8000)).getHttpFiltersList().stream()
                        .map(HttpFilter::getName)
                        .map(n -> n.substring(n.lastIndexOf('.') + 1))
                        .toList());
        assertThat(names).isEqualTo(expected);
        assertThat(manager(chain(resources, 0)).getHttpFiltersCount())
                .as("chains of other ports")
                .isEqualTo(3);
    }

    @Test
    void mergesIntoAnHttpFilter() throws InvalidProtocolBufferException {
        ProxyResources resources = patched(Filters.patch(
                "HTTP_FILTER",
                CHAIN.formatted(", subFilter: {name: envoy.filters.http.router}"),
                "{operation: MERGE, value: {typed_config: {'@type':"
                        + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router,"
                        + " suppress_envoy_headers: true}}}"));
        Router router = manager(chain(resources, 8000))
                .getHttpFilters(2)
                .getTypedConfig()
                .unpack(Router.class);
        assertThat(router.getSuppressEnvoyHeaders()).isTrue();
    }

    @Test
    void aMergeOfAnotherTypeIsLeftOutAndNamed() {
        EnvoyFilter filter = Filters.patch(
                "HTTP_FILTER",
                CHAIN.formatted(", subFilter: {name: envoy.filters.http.router}"),
                "{operation: MERGE, value: {typed_config: {'@type':"
                        + " type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}}}");
        Patcher.Patched patched = apply(filter);
        assertThat(patched.problems()).hasSize(1);
        assertThat(patched.problems().getFirst().reason())
                .contains("Cors")
                .contains("Router")
                .contains("differ");
    }

    @Test
    void anUnknownTypeIsNamedAndTheRestApplies() {
        EnvoyFilter filter = Filters.patch(
                "NETWORK_FILTER",
                "{context: SIDECAR_INBOUND}",
                "{operation: INSERT_FIRST, value: {name: x, typed_config: {'@type': type.googleapis.com/no.Such}}}");
        Patcher.Patched patched = apply(filter);
        assertThat(patched.problems().getFirst().reason()).contains("no.Such");
        assertThat(patched.resources()).isEqualTo(Generate.resources(new SeedMesh().snapshot(), SeedMesh.sleep()));
    }

    @Test
    void networkFiltersAreInsertedBeforeTheManager() {
        ProxyResources resources = patched(Filters.patch(
                "NETWORK_FILTER",
                CHAIN.formatted(""),
                "{operation: INSERT_BEFORE, value: {name: rbac, typed_config: {'@type':"
                        + " type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC, stat_prefix: x}}}"));
        assertThat(chain(resources, 8000).getFiltersList())
                .extracting(f -> f.getName())
                .containsExactly("rbac", "envoy.filters.network.http_connection_manager");
    }

    @Test
    void listenersAreMergedRemovedAndAdded() {
        Listener merged = patched(Filters.patch(
                        "LISTENER",
                        "{context: SIDECAR_INBOUND}",
                        "{operation: MERGE, value: {per_connection_buffer_limit_bytes: 4096}}"))
                .listeners()
                .get("virtualInbound");
        assertThat(merged.getPerConnectionBufferLimitBytes().getValue()).isEqualTo(4096);
        assertThat(merged.getFilterChainsCount()).isGreaterThan(5);
        assertThat(patched(Filters.patch(
                                "LISTENER",
                                "{context: SIDECAR_OUTBOUND, listener: {portNumber: 8000}}",
                                "{operation: REMOVE}"))
                        .listeners())
                .doesNotContainKey("0.0.0.0_8000")
                .containsKey("0.0.0.0_80");
        assertThat(patched(Filters.patch("LISTENER", "{}", "{operation: ADD, value: {name: mine}}"))
                        .listeners())
                .containsKey("mine");
    }

    @Test
    void listenerFiltersAreRemovedAndInserted() {
        Listener listener = patched(Filters.patch(
                        "LISTENER_FILTER",
                        "{context: SIDECAR_INBOUND, listener: {listenerFilter:"
                                + " envoy.filters.listener.http_inspector}}",
                        "{operation: REMOVE}"))
                .listeners()
                .get("virtualInbound");
        assertThat(listener.getListenerFiltersList())
                .extracting(f -> f.getName())
                .containsExactly("envoy.filters.listener.original_dst", "envoy.filters.listener.tls_inspector");
        Listener first = patched(Filters.patch(
                        "LISTENER_FILTER",
                        "{context: SIDECAR_INBOUND}",
                        "{operation: INSERT_FIRST, value: {name: mine}}"))
                .listeners()
                .get("virtualInbound");
        assertThat(first.getListenerFilters(0).getName()).isEqualTo("mine");
    }

    @Test
    void filterChainsAreRemovedMergedAndAdded() {
        String plaintext = "{context: SIDECAR_INBOUND, listener: {filterChain: {transportProtocol: raw_buffer,"
                + " destinationPort: 8000}}}";
        Listener removed = patched(Filters.patch("FILTER_CHAIN", plaintext, "{operation: REMOVE}"))
                .listeners()
                .get("virtualInbound");
        assertThat(removed.getFilterChainsList().stream()
                        .filter(c ->
                                c.getFilterChainMatch().getDestinationPort().getValue() == 8000))
                .hasSize(1);
        Listener merged = patched(Filters.patch(
                        "FILTER_CHAIN", plaintext, "{operation: MERGE, value: {transport_socket_connect_timeout: 3s}}"))
                .listeners()
                .get("virtualInbound");
        assertThat(merged.getFilterChainsList().stream().filter(FilterChain::hasTransportSocketConnectTimeout))
                .hasSize(1);
        assertThat(patched(Filters.patch(
                                "FILTER_CHAIN", "{context: SIDECAR_INBOUND}", "{operation: ADD, value: {name: new}}"))
                        .listeners()
                        .get("virtualInbound")
                        .getFilterChainsList())
                .last()
                .extracting(FilterChain::getName)
                .isEqualTo("new");
    }

    @Test
    void clustersAreMatchedByParts() {
        ProxyResources resources = patched(Filters.patch(
                "CLUSTER",
                "{context: SIDECAR_OUTBOUND, cluster: {service: httpbin.default.svc.cluster.local, portNumber: 8000}}",
                "{operation: MERGE, value: {connect_timeout: 0.5s}}"));
        assertThat(resources.clusters().get(HTTPBIN).getConnectTimeout().getSeconds())
                .isZero();
        assertThat(resources.clusters().get(HTTPBIN).getConnectTimeout().getNanos())
                .isEqualTo(500_000_000);
        assertThat(resources
                        .clusters()
                        .get("PassthroughCluster")
                        .getConnectTimeout()
                        .getSeconds())
                .isEqualTo(10);
        assertThat(patched(Filters.patch(
                                "CLUSTER",
                                "{context: SIDECAR_INBOUND, cluster: {service: sleep.default.svc.cluster.local}}",
                                "{operation: REMOVE}"))
                        .clusters())
                .doesNotContainKey("inbound|80||")
                .containsKey(HTTPBIN);
    }

    @Test
    void aTransportSocketOfTheSameNameIsMergedDeeply() throws InvalidProtocolBufferException {
        Cluster cluster = patched(Filters.patch(
                        "CLUSTER",
                        "{cluster: {name: \"" + HTTPBIN + "\"}}",
                        "{operation: MERGE, value: {transport_socket: {name: envoy.transport_sockets.tls, typed_config:"
                                + " {'@type':"
                                + " type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext,"
                                + " sni: other}}}}"))
                .clusters()
                .get(HTTPBIN);
        UpstreamTlsContext tls = cluster.getTransportSocketMatches(0)
                .getTransportSocket()
                .getTypedConfig()
                .unpack(UpstreamTlsContext.class);
        assertThat(tls.getSni()).isEqualTo("other");
        assertThat(tls.getCommonTlsContext().getAlpnProtocolsList()).contains("istio-http/1.1");
        assertThat(cluster.hasTransportSocket()).isFalse();
    }

    @Test
    void virtualHostsAndRoutes() {
        String host = "{context: SIDECAR_OUTBOUND, routeConfiguration: {portNumber: 8000, vhost: {name:"
                + " \"httpbin.default.svc.cluster.local:8000\", route: {action: ROUTE}}}}";
        VirtualHost merged = hosts(
                        Filters.patch("VIRTUAL_HOST", host, "{operation: MERGE, value: {domains: [extra.example]}}"))
                .getFirst();
        assertThat(merged.getDomainsList()).contains("httpbin", "extra.example");
        assertThat(hosts(Filters.patch("VIRTUAL_HOST", host, "{operation: REMOVE}")))
                .extracting(VirtualHost::getName)
                .containsExactly("allow_any");
        VirtualHost inserted = hosts(Filters.patch(
                        "HTTP_ROUTE",
                        host,
                        "{operation: INSERT_FIRST, value: {name: first, match: {prefix: /x},"
                                + " direct_response: {status: 418}}}"))
                .getFirst();
        assertThat(inserted.getRoutesList()).extracting(r -> r.getName()).containsExactly("first", "default");
        VirtualHost routeMerged = hosts(
                        Filters.patch("HTTP_ROUTE", host, "{operation: MERGE, value: {route: {timeout: 5s}}}"))
                .getFirst();
        assertThat(routeMerged.getRoutes(0).getRoute().getTimeout().getSeconds())
                .isEqualTo(5);
        assertThat(routeMerged.getRoutes(0).getRoute().getCluster()).isEqualTo(HTTPBIN);
    }

    @Test
    void inlineRoutesOfInboundChainsArePatchedToo() {
        ProxyResources resources = patched(Filters.patch(
                "ROUTE_CONFIGURATION",
                "{context: SIDECAR_INBOUND, routeConfiguration: {portNumber: 8000}}",
                "{operation: MERGE, value: {response_headers_to_remove: [server]}}"));
        assertThat(manager(chain(resources, 8000)).getRouteConfig().getResponseHeadersToRemoveList())
                .containsExactly("server");
    }

    private static List<VirtualHost> hosts(EnvoyFilter filter) {
        return patched(filter).routes().get("8000").getVirtualHostsList();
    }

    private static ProxyResources patched(EnvoyFilter filter) {
        Patcher.Patched patched = apply(filter);
        assertThat(patched.problems()).isEmpty();
        return patched.resources();
    }

    private static Patcher.Patched apply(EnvoyFilter filter) {
        MeshSnapshot mesh = new SeedMesh().with(filter).snapshot();
        boolean inbound = filter.patches().getFirst().listener().portNumber() == 8000
                || filter.patches().getFirst().value().contains("response_headers")
                || filter.patches().getFirst().listener().chain().destinationPort() == 8000;
        var node = inbound ? SeedMesh.httpbin(InterceptionMode.REDIRECT) : SeedMesh.sleep();
        return Patcher.apply(mesh, node, Generate.resources(mesh, node));
    }

    /** The plaintext HTTP chain of a port. */
    private static FilterChain chain(ProxyResources resources, int port) {
        return resources.listeners().get("virtualInbound").getFilterChainsList().stream()
                .filter(c -> c.getFilterChainMatch().getDestinationPort().getValue() == port)
                .filter(c -> c.getFilterChainMatch().getTransportProtocol().equals("raw_buffer"))
                .findFirst()
                .orElseThrow();
    }

    private static HttpConnectionManager manager(FilterChain chain) {
        try {
            return chain.getFilters(0).getTypedConfig().unpack(HttpConnectionManager.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
