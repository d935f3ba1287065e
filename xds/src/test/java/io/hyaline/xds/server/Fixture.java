package io.hyaline.xds.server;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Configurations made of names; a number changes a resource's content. */
final class Fixture {
    private final Map<ServedType, SortedMap<String, Served>> resources = new EnumMap<>(ServedType.class);
    private long snapshot;

    Fixture cluster(String name, int content) {
        return put(
                ServedType.CLUSTER,
                name,
                Cluster.newBuilder()
                        .setName(name)
                        .setConnectTimeout(Duration.newBuilder().setSeconds(content))
                        .build());
    }

    Fixture endpoints(String name, int content) {
        return put(
                ServedType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .setPolicy(ClusterLoadAssignment.Policy.newBuilder()
                                .setOverprovisioningFactor(com.google.protobuf.UInt32Value.of(content)))
                        .build());
    }

    Fixture listener(String name, int content) {
        return put(
                ServedType.LISTENER,
                name,
                Listener.newBuilder()
                        .setName(name)
                        .setStatPrefix(String.valueOf(content))
                        .build());
    }

    Fixture without(ServedType type, String name) {
        resources.get(type).remove(name);
        return this;
    }

    NodeConfig config() {
        Map<ServedType, SortedMap<String, Served>> copy = new EnumMap<>(ServedType.class);
        resources.forEach((type, map) -> copy.put(type, new TreeMap<>(map)));
        return new NodeConfig(++snapshot, copy);
    }

    private Fixture put(ServedType type, String name, Message message) {
        resources.computeIfAbsent(type, _ -> new TreeMap<>()).put(name, Served.of(message));
        return this;
    }
}
