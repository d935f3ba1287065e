package io.hyaline.pilot.serve;

import com.google.protobuf.Message;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.Impact;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.patch.Patcher;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.Served;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a snapshot to what one proxy shall have, patched and hashed. */
public final class Configs {
    /** What goes to the proxy, as messages and as served, and which patches could not be applied. */
    public record Computed(ProxyResources resources, NodeConfig served, List<Problem> problems) {}

    /** What a proxy is told; enough to go on from. */
    record Told(NodeConfig config, List<Problem> problems) {}

    private Configs() {}

    /** @param proven the proxy has shown that it is of its namespace; no one else is given a secret */
    public static Computed of(MeshSnapshot mesh, ProxyNode node, boolean proven) {
        Patcher.Patched patched = Patcher.apply(mesh, node, Generate.resources(mesh, node));
        ProxyResources resources = patched.resources();
        List<Problem> problems = new ArrayList<>(resources.problems());
        problems.addAll(patched.problems());
        Map<ServedType, SortedMap<String, Served>> served = new EnumMap<>(ServedType.class);
        served.put(ServedType.CLUSTER, served(resources.clusters()));
        served.put(ServedType.ENDPOINT, served(resources.endpoints()));
        served.put(ServedType.LISTENER, served(resources.listeners()));
        served.put(ServedType.ROUTE, served(resources.routes()));
        if (proven) {
            served.put(ServedType.SECRET, served(resources.secrets()));
        } else if (!resources.secrets().isEmpty()) {
            problems.add(new Problem(
                    "Pod",
                    node.pod(),
                    "is given no secrets: it came without proof of who it is (not by TLS, port 15012)"));
        }
        return new Computed(resources, new NodeConfig(mesh.version(), served), List.copyOf(problems));
    }

    /**
     * The same as {@link #of} of the newer snapshot, by way of what the proxy has been told already.
     *
     * @param before of the older snapshot, for the same proxy
     */
    static Told next(Told before, MeshSnapshot mesh, ProxyNode node, boolean proven, Impact impact) {
        return switch (impact) {
            case Impact.Everything _ -> told(mesh, node, proven);
            case Impact.Places places ->
                places.isEverythingTo(node) ? told(mesh, node, proven) : places(before, mesh, node, places);
        };
    }

    static Told told(MeshSnapshot mesh, ProxyNode node, boolean proven) {
        Computed computed = of(mesh, node, proven);
        return new Told(computed.served(), computed.problems());
    }

    private static Told places(Told before, MeshSnapshot mesh, ProxyNode node, Impact.Places impact) {
        Map<ServedType, SortedMap<String, Served>> served =
                new EnumMap<>(before.config().resources());
        if (!impact.endpoints().isEmpty()) {
            SortedMap<String, Served> clusters = new TreeMap<>(before.config().of(ServedType.CLUSTER));
            SortedMap<String, Served> endpoints = new TreeMap<>(before.config().of(ServedType.ENDPOINT));
            ProxyResources changed = Patcher.apply(
                            mesh, node, Generate.places(mesh, node, impact, clusters.keySet(), endpoints.keySet()))
                    .resources();
            clusters.putAll(served(changed.clusters()));
            endpoints.putAll(served(changed.endpoints()));
            served.put(ServedType.CLUSTER, clusters);
            served.put(ServedType.ENDPOINT, endpoints);
        }
        return new Told(new NodeConfig(mesh.version(), served), before.problems());
    }

    private static SortedMap<String, Served> served(SortedMap<String, ? extends Message> messages) {
        SortedMap<String, Served> served = new TreeMap<>();
        messages.forEach((name, message) -> served.put(name, Served.of(message)));
        return served;
    }
}
