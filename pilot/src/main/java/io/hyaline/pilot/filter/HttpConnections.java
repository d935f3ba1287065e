package io.hyaline.pilot.filter;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.hyaline.model.GatewayTopology;
import io.hyaline.model.MeshConfig;
import io.hyaline.pilot.wire.Announcement;
import io.hyaline.pilot.wire.Protos;

/** HTTP connection managers with Istio's defaults for each side. */
public final class HttpConnections {
    public static final String NAME = "envoy.filters.network.http_connection_manager";

    private HttpConnections() {}

    /** In front of the application: certificates of callers are told to it, its own callers' addresses are believed. */
    public static Filter inbound(MeshConfig mesh, String statPrefix, RouteConfiguration routes) {
        HttpConnectionManager.Builder manager = common(mesh, statPrefix)
                .setRouteConfig(routes)
                .setServerName("istio-envoy")
                .setForwardClientCertDetails(ForwardClientCertDetails.APPEND_FORWARD)
                .setSetCurrentClientCertDetails(SetCurrentClientCertDetails.newBuilder()
                        .setSubject(BoolValue.of(true))
                        .setUri(true)
                        .setDns(true));
        return Protos.filter(NAME, withRouter(manager).build());
    }

    /** In front of the mesh. */
    public static Filter outbound(MeshConfig mesh, String statPrefix, String routeName) {
        HttpConnectionManager.Builder manager = common(mesh, statPrefix).setRds(rds(routeName));
        return Protos.filter(NAME, withRouter(announcing(manager)).build());
    }

    /** At the mesh's edge: nobody's word is taken for an address, unless proxies in front of the gateway are known. */
    public static Filter gateway(MeshConfig mesh, GatewayTopology topology, String statPrefix, String routeName) {
        String details = topology.forwardClientCertDetails();
        HttpConnectionManager.Builder manager = common(mesh, statPrefix)
                .setUseRemoteAddress(BoolValue.of(true))
                .setXffNumTrustedHops(topology.numTrustedProxies())
                .setRds(rds(routeName))
                .setServerName("istio-envoy")
                .setForwardClientCertDetails(
                        details.isEmpty()
                                ? ForwardClientCertDetails.SANITIZE_SET
                                : ForwardClientCertDetails.valueOf(details))
                .setSetCurrentClientCertDetails(SetCurrentClientCertDetails.newBuilder()
                        .setSubject(BoolValue.of(true))
                        .setCert(true)
                        .setUri(true)
                        .setDns(true));
        return Protos.filter(NAME, withRouter(announcing(manager)).build());
    }

    /** Where routes lead to servers that would not know requests from bytes, they say which protocols to offer. */
    private static HttpConnectionManager.Builder announcing(HttpConnectionManager.Builder manager) {
        // a proxy without this filter may go without it: the server then handles the requests as TCP
        return manager.addHttpFilters(httpFilter(Announcement.FILTER, Config.getDefaultInstance()).toBuilder()
                .setIsOptional(true));
    }

    private static HttpConnectionManager.Builder common(MeshConfig mesh, String statPrefix) {
        return HttpConnectionManager.newBuilder()
                .setStatPrefix(statPrefix)
                .setUseRemoteAddress(BoolValue.of(false))
                .setNormalizePath(BoolValue.of(true))
                .setStreamIdleTimeout(Protos.ZERO)
                .addAllAccessLog(AccessLogs.ofTraffic(mesh.accessLog()))
                .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"));
    }

    private static Rds rds(String routeName) {
        return Rds.newBuilder()
                .setConfigSource(Protos.ads())
                .setRouteConfigName(routeName)
                .build();
    }

    private static HttpConnectionManager.Builder withRouter(HttpConnectionManager.Builder manager) {
        return manager.addHttpFilters(httpFilter("envoy.filters.http.fault", HTTPFault.getDefaultInstance()))
                .addHttpFilters(httpFilter("envoy.filters.http.cors", Cors.getDefaultInstance()))
                .addHttpFilters(httpFilter("envoy.filters.http.router", Router.getDefaultInstance()));
    }

    private static HttpFilter httpFilter(String name, Message config) {
        return HttpFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
