package io.hyaline.pilot.serve;

import com.google.protobuf.Message;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.patch.Patcher;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.Served;
import io.hyaline.xds.server.ServedType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a snapshot to what one proxy shall have, patched and hashed. */
public final class Configs {
    /** What goes to the proxy, as messages and as served, and which patches could not be applied. */
    public record Computed(ProxyResources resources, NodeConfig served, List<Problem> problems) {}

    private Configs() {}

    public static Computed of(MeshSnapshot mesh, ProxyNode node) {
        Patcher.Patched patched = Patcher.apply(mesh, node, Generate.resources(mesh, node));
        ProxyResources resources = patched.resources();
        Map<ServedType, SortedMap<String, Served>> served = new EnumMap<>(ServedType.class);
        served.put(ServedType.CLUSTER, served(resources.clusters()));
        served.put(ServedType.ENDPOINT, served(resources.endpoints()));
        served.put(ServedType.LISTENER, served(resources.listeners()));
        served.put(ServedType.ROUTE, served(resources.routes()));
        return new Computed(resources, new NodeConfig(mesh.version(), served), patched.problems());
    }

    private static SortedMap<String, Served> served(SortedMap<String, ? extends Message> messages) {
        SortedMap<String, Served> served = new TreeMap<>();
        messages.forEach((name, message) -> served.put(name, Served.of(message)));
        return served;
    }
}
