package io.hyaline.pilot.debug;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.hyaline.pilot.json.EnvoyJson;
import io.hyaline.pilot.serve.Configs;
import io.hyaline.xds.server.Served;
import io.hyaline.xds.server.ServedType;
import java.util.Map;

/** What a proxy shall have, in the form in which Envoy shows what it has. */
final class ConfigDumps {
    private ConfigDumps() {}

    static String json(Configs.Computed computed) {
        ClustersConfigDump.Builder clusters = ClustersConfigDump.newBuilder();
        of(computed, ServedType.CLUSTER)
                .forEach((_, s) -> clusters.addDynamicActiveClusters(ClustersConfigDump.DynamicCluster.newBuilder()
                        .setVersionInfo(s.version())
                        .setCluster(s.body())));
        EndpointsConfigDump.Builder endpoints = EndpointsConfigDump.newBuilder();
        of(computed, ServedType.ENDPOINT)
                .forEach((_, s) ->
                        endpoints.addDynamicEndpointConfigs(EndpointsConfigDump.DynamicEndpointConfig.newBuilder()
                                .setVersionInfo(s.version())
                                .setEndpointConfig(s.body())));
        ListenersConfigDump.Builder listeners = ListenersConfigDump.newBuilder();
        of(computed, ServedType.LISTENER)
                .forEach((name, s) -> listeners.addDynamicListeners(ListenersConfigDump.DynamicListener.newBuilder()
                        .setName(name)
                        .setActiveState(ListenersConfigDump.DynamicListenerState.newBuilder()
                                .setVersionInfo(s.version())
                                .setListener(s.body()))));
        RoutesConfigDump.Builder routes = RoutesConfigDump.newBuilder();
        of(computed, ServedType.ROUTE)
                .forEach((_, s) -> routes.addDynamicRouteConfigs(RoutesConfigDump.DynamicRouteConfig.newBuilder()
                        .setVersionInfo(s.version())
                        .setRouteConfig(s.body())));
        return EnvoyJson.print(ConfigDump.newBuilder()
                .addConfigs(packed(clusters.build()))
                .addConfigs(packed(endpoints.build()))
                .addConfigs(packed(listeners.build()))
                .addConfigs(packed(routes.build()))
                .build());
    }

    private static Map<String, Served> of(Configs.Computed computed, ServedType type) {
        return computed.served().resources().getOrDefault(type, java.util.Collections.emptySortedMap());
    }

    private static Any packed(Message dump) {
        return Any.pack(dump);
    }
}
