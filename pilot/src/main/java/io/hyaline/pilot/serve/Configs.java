package io.hyaline.pilot.serve;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.Moment;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.patch.Patcher;
import io.hyaline.pilot.scope.Work;
import io.hyaline.pilot.wire.Names;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.Served;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a snapshot to what one proxy shall have, patched and hashed. */
public final class Configs {
    /** What goes to the proxy, as messages and as served, and which patches could not be applied. */
    public record Computed(ProxyResources resources, NodeConfig served, List<Problem> problems) {}

    /** What a proxy is told; enough to go on from. Problems are by the type of resource that they are about. */
    record Told(NodeConfig config, Map<ServedType, List<Problem>> problemsByType) {
        List<Problem> problems() {
            return flat(problemsByType);
        }
    }

    private Configs() {}

    /** @param proven the proxy has shown that it is of its namespace; no one else is given a secret */
    public static Computed of(MeshSnapshot mesh, ProxyNode node, boolean proven) {
        Made made = made(new Moment(mesh), node, proven, Work.EVERYTHING.types());
        return new Computed(made.resources(), new NodeConfig(mesh.version(), made.served()), flat(made.problems()));
    }

    static Told told(Moment moment, ProxyNode node, boolean proven) {
        Made made = made(moment, node, proven, Work.EVERYTHING.types());
        return new Told(new NodeConfig(moment.mesh().version(), made.served()), made.problems());
    }

    /**
     * The same as {@link #told} of the newer snapshot, by way of what the proxy has been told already.
     *
     * @param before of the older snapshot, for the same proxy
     */
    static Told next(Told before, Moment moment, ProxyNode node, boolean proven, Work work) {
        Map<ServedType, SortedMap<String, Served>> served =
                new EnumMap<>(before.config().resources());
        Map<ServedType, List<Problem>> problems = new EnumMap<>(before.problemsByType());
        Set<ServedType> types = EnumSet.noneOf(ServedType.class);
        types.addAll(work.types());
        boolean apart = apart(before, moment.mesh(), node, work);
        if (!apart && !work.clusters().isEmpty()) {
            types.add(ServedType.CLUSTER);
        }
        boolean some = apart && !types.contains(ServedType.CLUSTER);
        Set<String> clusters = some ? work.clusters() : Set.of();
        Set<String> endpoints = types.contains(ServedType.ENDPOINT) ? Set.of() : work.endpoints();
        if (!clusters.isEmpty() || !endpoints.isEmpty()) {
            Made made = madeOfHosts(before, moment, node, clusters, endpoints);
            if (made.problems().isEmpty()) {
                served.putAll(made.served());
            } else {
                types.add(ServedType.CLUSTER);
                if (!endpoints.isEmpty()) {
                    types.add(ServedType.ENDPOINT);
                }
            }
        }
        if (!types.isEmpty()) {
            Made made = made(moment, node, proven, types);
            served.putAll(made.served());
            types.forEach(problems::remove);
            problems.putAll(made.problems());
        }
        return new Told(new NodeConfig(moment.mesh().version(), served), problems);
    }

    /** Whether single clusters can be made: problems are of a type as a whole, and patches may be as well. */
    private static boolean apart(Told before, MeshSnapshot mesh, ProxyNode node, Work work) {
        return work.clusters().isEmpty()
                || (!before.problemsByType().containsKey(ServedType.CLUSTER) && !Patcher.namesClusters(mesh, node));
    }

    private record Made(
            ProxyResources resources,
            Map<ServedType, SortedMap<String, Served>> served,
            Map<ServedType, List<Problem>> problems) {}

    private static Made made(Moment moment, ProxyNode node, boolean proven, Set<ServedType> types) {
        Patcher.Patched patched = Patcher.apply(moment.mesh(), node, Generate.resources(moment, node, types), types);
        ProxyResources resources = patched.resources();
        Map<ServedType, List<Problem>> problems = new EnumMap<>(patched.problemsByType());
        Map<ServedType, SortedMap<String, Served>> served = new EnumMap<>(ServedType.class);
        for (ServedType type : types) {
            if (type != ServedType.SECRET || proven) {
                served.put(
                        type,
                        type == ServedType.ENDPOINT
                                ? served(moment, resources.endpoints())
                                : served(resources.of(type)));
            } else if (!resources.secrets().isEmpty()) {
                problems.put(
                        type,
                        List.of(new Problem(
                                "Pod",
                                node.pod(),
                                "is given no secrets: it came without proof of who it is (not by TLS, port 15012)")));
            }
        }
        if (types.contains(ServedType.CLUSTER) && !resources.problems().isEmpty()) {
            List<Problem> all = new ArrayList<>(resources.problems());
            all.addAll(problems.getOrDefault(ServedType.CLUSTER, List.of()));
            problems.put(ServedType.CLUSTER, List.copyOf(all));
        }
        return new Made(resources, served, problems);
    }

    private static Made madeOfHosts(
            Told before, Moment moment, ProxyNode node, Set<String> ofClusters, Set<String> ofEndpoints) {
        SortedMap<String, Served> clusters = new TreeMap<>(before.config().of(ServedType.CLUSTER));
        SortedMap<String, Served> endpoints = new TreeMap<>(before.config().of(ServedType.ENDPOINT));
        boolean gateway = node.kind() == ProxyNode.Kind.GATEWAY;
        Set<String> told = gateway ? new HashSet<>(clusters.keySet()) : null;
        if (told != null) {
            told.addAll(endpoints.keySet()); // a patch may have removed the cluster, and not its endpoints
        }
        if (!gateway) {
            clusters.keySet().removeIf(name -> ofClusters.contains(Names.hostOf(name)));
            endpoints.keySet().removeIf(name -> ofEndpoints.contains(Names.hostOf(name)));
        }
        Patcher.Patched patched = Patcher.apply(
                moment.mesh(),
                node,
                Generate.ofHosts(moment, node, ofClusters, ofEndpoints, told),
                ofClusters.isEmpty() ? Set.of() : Set.of(ServedType.CLUSTER));
        clusters.putAll(served(patched.resources().clusters()));
        endpoints.putAll(served(moment, patched.resources().endpoints()));
        Map<ServedType, SortedMap<String, Served>> served = new EnumMap<>(ServedType.class);
        if (!ofClusters.isEmpty()) {
            served.put(ServedType.CLUSTER, clusters);
        }
        if (!ofEndpoints.isEmpty()) {
            served.put(ServedType.ENDPOINT, endpoints);
        }
        Map<ServedType, List<Problem>> problems = new EnumMap<>(patched.problemsByType());
        if (!patched.resources().problems().isEmpty()) {
            problems.put(ServedType.CLUSTER, patched.resources().problems());
        }
        return new Made(patched.resources(), served, problems);
    }

    private static List<Problem> flat(Map<ServedType, List<Problem>> problems) {
        return problems.values().stream().flatMap(List::stream).distinct().toList();
    }

    private static SortedMap<String, Served> served(
            Moment moment, SortedMap<String, ClusterLoadAssignment> assignments) {
        SortedMap<String, Served> served = new TreeMap<>();
        assignments.forEach((name, assignment) -> served.put(name, moment.served(assignment)));
        return served;
    }

    private static SortedMap<String, Served> served(SortedMap<String, ? extends Message> messages) {
        SortedMap<String, Served> served = new TreeMap<>();
        messages.forEach((name, message) -> served.put(name, Served.of(message)));
        return served;
    }
}
