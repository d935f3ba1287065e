package io.hyaline.proxy.sidecar;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import java.net.InetSocketAddress;
import java.util.List;

/** Small configurations for tests. */
public final class Configs {

    private static final ConfigSource ADS = ConfigSource.newBuilder()
            .setAds(AggregatedConfigSource.getDefaultInstance())
            .build();

    private Configs() {}

    /** A bootstrap that follows the ADS server at {@code address}. */
    public static Bootstrap following(InetSocketAddress address, ApiConfigSource.ApiType variant, Cluster... clusters) {
        return Bootstrap.newBuilder()
                .setNode(Node.newBuilder().setId("sidecar~10.1.2.3~app.default~default.svc.cluster.local"))
                .setDynamicResources(Bootstrap.DynamicResources.newBuilder()
                        .setLdsConfig(ADS)
                        .setCdsConfig(ADS)
                        .setAdsConfig(grpc("xds-grpc").toBuilder().setApiType(variant)))
                .setStaticResources(Bootstrap.StaticResources.newBuilder()
                        .addClusters(xdsCluster(address))
                        .addAllClusters(List.of(clusters)))
                .build();
    }

    private static Cluster xdsCluster(InetSocketAddress address) {
        return Cluster.newBuilder()
                .setName("xds-grpc")
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(endpoints("xds-grpc", address.getAddress().getHostAddress(), address.getPort()))
                .build();
    }

    /** A cluster of an SDS server behind a unix socket. */
    public static Cluster pipeCluster(String name, String path) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(LocalityLbEndpoints.newBuilder()
                                .addLbEndpoints(LbEndpoint.newBuilder()
                                        .setEndpoint(Endpoint.newBuilder()
                                                .setAddress(Address.newBuilder()
                                                        .setPipe(Pipe.newBuilder()
                                                                .setPath(path)))))))
                .build();
    }

    public static ApiConfigSource grpc(String cluster) {
        return ApiConfigSource.newBuilder()
                .setApiType(ApiConfigSource.ApiType.GRPC)
                .setTransportApiVersion(ApiVersion.V3)
                .addGrpcServices(GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster)))
                .build();
    }

    public static Cluster eds(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(ADS))
                .build();
    }

    /** A cluster that the proxy cannot serve. */
    public static Cluster bad(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLbPolicy(Cluster.LbPolicy.LOAD_BALANCING_POLICY_CONFIG)
                .build();
    }

    public static ClusterLoadAssignment endpoints(String cluster, String ip, int port) {
        return ClusterLoadAssignment.newBuilder()
                .setClusterName(cluster)
                .addEndpoints(LocalityLbEndpoints.newBuilder()
                        .addLbEndpoints(LbEndpoint.newBuilder()
                                .setEndpoint(Endpoint.newBuilder().setAddress(address(ip, port)))))
                .build();
    }

    public static Listener http(String name, int port, String routes) {
        return Listener.newBuilder()
                .setName(name)
                .setAddress(address("127.0.0.1", port))
                .addFilterChains(FilterChain.newBuilder().addFilters(hcm(routes)))
                .build();
    }

    /** As {@link #http}, with TLS whose certificate comes from {@code secrets}. */
    public static Listener https(String name, int port, String routes, ConfigSource secrets) {
        Message tls = DownstreamTlsContext.newBuilder()
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .addTlsCertificateSdsSecretConfigs(
                                SdsSecretConfig.newBuilder().setName("default").setSdsConfig(secrets)))
                .build();
        return http(name, port, routes).toBuilder()
                .setFilterChains(
                        0,
                        FilterChain.newBuilder()
                                .addFilters(hcm(routes))
                                .setTransportSocket(TransportSocket.newBuilder()
                                        .setName("envoy.transport_sockets.tls")
                                        .setTypedConfig(Any.pack(tls))))
                .build();
    }

    public static RouteConfiguration route(String name, String cluster) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addVirtualHosts(VirtualHost.newBuilder()
                        .setName("all")
                        .addDomains("*")
                        .addRoutes(Route.newBuilder()
                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                .setRoute(RouteAction.newBuilder().setCluster(cluster))))
                .build();
    }

    private static Filter hcm(String routes) {
        return Filter.newBuilder()
                .setName("envoy.filters.network.http_connection_manager")
                .setTypedConfig(Any.pack(HttpConnectionManager.newBuilder()
                        .setStatPrefix("test")
                        .addAccessLog(AccessLog.newBuilder()
                                .setName("envoy.access_loggers.file")
                                .setTypedConfig(Any.pack(FileAccessLog.newBuilder()
                                        .setPath("/dev/stdout")
                                        .build())))
                        .setRds(Rds.newBuilder().setRouteConfigName(routes).setConfigSource(ADS))
                        .addHttpFilters(HttpFilter.newBuilder()
                                .setName("envoy.filters.http.router")
                                .setTypedConfig(Any.pack(Router.getDefaultInstance())))
                        .build()))
                .build();
    }

    private static Address address(String ip, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
                .build();
    }
}
