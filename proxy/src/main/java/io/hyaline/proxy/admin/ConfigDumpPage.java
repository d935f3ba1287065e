package io.hyaline.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.envoyproxy.envoy.admin.v3.SecretsConfigDump;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.proxy.plan.Resources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The configuration that is served, as Envoy's protos, without private keys. */
final class ConfigDumpPage {

    private final AdminState state;

    ConfigDumpPage(AdminState state) {
        this.state = state;
    }

    Page answer(Query query) {
        if (query.has("mask")) {
            return Page.refused(400, "mask is not supported; use resource");
        }
        List<Message> dumps = dumps(query.has("include_eds"));
        ConfigDump.Builder dump = ConfigDump.newBuilder();
        String resource = query.value("resource");
        if (resource == null) {
            dumps.forEach(each -> dump.addConfigs(Json.any(each)));
            return Json.page(dump.build());
        }
        for (Message each : dumps) {
            FieldDescriptor field = each.getDescriptorForType().findFieldByName(resource);
            if (field != null) {
                items(each, field).forEach(item -> dump.addConfigs(Json.any(item)));
                return Json.page(dump.build());
            }
        }
        return Page.refused(400, resource + " not found in config dump");
    }

    private static List<Message> items(Message dump, FieldDescriptor field) {
        List<Message> items = new ArrayList<>();
        if (field.isRepeated()) {
            for (int i = 0; i < dump.getRepeatedFieldCount(field); i++) {
                items.add((Message) dump.getRepeatedField(field, i));
            }
        } else if (dump.getField(field) instanceof Message item) {
            items.add(item);
        }
        return items;
    }

    private List<Message> dumps(boolean endpoints) {
        Resources served = state.instance().plan().source();
        Bootstrap bootstrap = state.bootstrap();
        List<Message> dumps = new ArrayList<>();
        dumps.add(BootstrapConfigDump.newBuilder()
                .setBootstrap(Redaction.of(bootstrap))
                .build());
        dumps.add(clusters(served, bootstrap));
        if (endpoints) {
            dumps.add(endpoints(served));
        }
        dumps.add(listeners(served, bootstrap));
        dumps.add(routes(served));
        dumps.add(secrets(served, bootstrap));
        return dumps;
    }

    private static ClustersConfigDump clusters(Resources served, Bootstrap bootstrap) {
        Set<String> fixed = new HashSet<>();
        bootstrap.getStaticResources().getClustersList().forEach(each -> fixed.add(each.getName()));
        ClustersConfigDump.Builder dump = ClustersConfigDump.newBuilder();
        for (Cluster cluster : served.clusters().values()) {
            Any shown = Json.any(Redaction.of(cluster));
            if (fixed.contains(cluster.getName())) {
                dump.addStaticClusters(
                        ClustersConfigDump.StaticCluster.newBuilder().setCluster(shown));
            } else {
                dump.addDynamicActiveClusters(
                        ClustersConfigDump.DynamicCluster.newBuilder().setCluster(shown));
            }
        }
        return dump.build();
    }

    private static EndpointsConfigDump endpoints(Resources served) {
        EndpointsConfigDump.Builder dump = EndpointsConfigDump.newBuilder();
        served.clusters().values().stream()
                .filter(Cluster::hasLoadAssignment)
                .forEach(cluster -> dump.addStaticEndpointConfigs(EndpointsConfigDump.StaticEndpointConfig.newBuilder()
                        .setEndpointConfig(Json.any(cluster.getLoadAssignment().toBuilder()
                                .setClusterName(cluster.getName())
                                .build()))));
        served.endpoints()
                .values()
                .forEach(each -> dump.addDynamicEndpointConfigs(
                        EndpointsConfigDump.DynamicEndpointConfig.newBuilder().setEndpointConfig(Json.any(each))));
        return dump.build();
    }

    private static ListenersConfigDump listeners(Resources served, Bootstrap bootstrap) {
        Set<String> fixed = new HashSet<>();
        bootstrap.getStaticResources().getListenersList().forEach(each -> fixed.add(each.getName()));
        ListenersConfigDump.Builder dump = ListenersConfigDump.newBuilder();
        for (Listener listener : served.listeners().values()) {
            Any shown = Json.any(Redaction.of(listener));
            if (fixed.contains(listener.getName())) {
                dump.addStaticListeners(
                        ListenersConfigDump.StaticListener.newBuilder().setListener(shown));
            } else {
                dump.addDynamicListeners(ListenersConfigDump.DynamicListener.newBuilder()
                        .setName(listener.getName())
                        .setActiveState(ListenersConfigDump.DynamicListenerState.newBuilder()
                                .setListener(shown)));
            }
        }
        return dump.build();
    }

    private static RoutesConfigDump routes(Resources served) {
        RoutesConfigDump.Builder dump = RoutesConfigDump.newBuilder();
        for (Listener listener : served.listeners().values()) {
            for (FilterChain chain : listener.getFilterChainsList()) {
                chain.getFiltersList().forEach(filter -> inline(filter, dump));
            }
            listener.getDefaultFilterChain().getFiltersList().forEach(filter -> inline(filter, dump));
        }
        served.routes()
                .values()
                .forEach(each -> dump.addDynamicRouteConfigs(
                        RoutesConfigDump.DynamicRouteConfig.newBuilder().setRouteConfig(Json.any(each))));
        return dump.build();
    }

    private static void inline(Filter filter, RoutesConfigDump.Builder dump) {
        if (!filter.getTypedConfig().is(HttpConnectionManager.class)) {
            return;
        }
        try {
            HttpConnectionManager manager = filter.getTypedConfig().unpack(HttpConnectionManager.class);
            if (manager.hasRouteConfig()) {
                dump.addStaticRouteConfigs(RoutesConfigDump.StaticRouteConfig.newBuilder()
                        .setRouteConfig(Json.any(manager.getRouteConfig())));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the filter was compiled before", e);
        }
    }

    private static SecretsConfigDump secrets(Resources served, Bootstrap bootstrap) {
        Set<String> fixed = new HashSet<>();
        bootstrap.getStaticResources().getSecretsList().forEach(each -> fixed.add(each.getName()));
        SecretsConfigDump.Builder dump = SecretsConfigDump.newBuilder();
        for (Secret secret : served.secrets().values()) {
            Any shown = Json.any(Redaction.of(secret));
            if (fixed.contains(secret.getName())) {
                dump.addStaticSecrets(SecretsConfigDump.StaticSecret.newBuilder()
                        .setName(secret.getName())
                        .setSecret(shown));
            } else {
                dump.addDynamicActiveSecrets(SecretsConfigDump.DynamicSecret.newBuilder()
                        .setName(secret.getName())
                        .setSecret(shown));
            }
        }
        return dump.build();
    }
}
