package io.hyaline.proxy.bootstrap;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.proxy.plan.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a bootstrap carries itself. */
public final class StaticResources {

    private StaticResources() {}

    /** The static listeners, clusters and secrets; two of one name are an error. */
    public static Resources of(Bootstrap bootstrap) throws BootstrapException {
        Map<String, Listener> listeners = new LinkedHashMap<>();
        int unnamed = 0;
        for (Listener listener : bootstrap.getStaticResources().getListenersList()) {
            String name = listener.getName().isEmpty() ? "listener_" + unnamed++ : listener.getName();
            put(listeners, name, listener.toBuilder().setName(name).build(), "listener");
        }
        Map<String, Cluster> clusters = new LinkedHashMap<>();
        for (Cluster cluster : bootstrap.getStaticResources().getClustersList()) {
            put(clusters, cluster.getName(), cluster, "cluster");
        }
        Map<String, Secret> secrets = new LinkedHashMap<>();
        for (Secret secret : bootstrap.getStaticResources().getSecretsList()) {
            put(secrets, secret.getName(), secret, "secret");
        }
        return new Resources(listeners, clusters, Map.of(), Map.of(), secrets);
    }

    private static <T> void put(Map<String, T> map, String name, T value, String kind) throws BootstrapException {
        if (map.putIfAbsent(name, value) != null) {
            throw new BootstrapException("static_resources has two of " + kind + " '" + name + "'");
        }
    }
}
