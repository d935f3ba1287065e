package io.hyaline.pilot.analyze;

import io.hyaline.model.DestinationRule;
import io.hyaline.model.Gateway;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.Reference;
import io.hyaline.model.VirtualService;
import io.hyaline.model.host.Hosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The way in: a snapshot, and what is amiss with each object. */
public final class Analysis {
    private static final int MOST_FINDINGS = 20;

    private Analysis() {}

    /** Every object of Istio's kinds; nothing is said of those that are fine. */
    public static Map<Reference, List<Finding>> of(MeshSnapshot mesh) {
        Map<Reference, List<Finding>> all = new TreeMap<>();
        mesh.generations().keySet().forEach(object -> all.put(object, new ArrayList<>()));
        mesh.traffic().gateways().forEach(g -> add(all, new Reference("Gateway", g.key()), of(mesh, g)));
        mesh.traffic().virtualServices().forEach(v -> add(all, new Reference("VirtualService", v.key()), of(mesh, v)));
        mesh.traffic()
                .destinationRules()
                .forEach(r -> add(all, new Reference("DestinationRule", r.key()), of(mesh, r)));
        for (Problem problem : mesh.problems()) {
            Finding finding = new Finding(Code.SCHEMA_VALIDATION_ERROR, "Schema validation error: " + problem.reason());
            add(all, new Reference(problem.kind(), problem.key()), List.of(finding));
        }
        return all;
    }

    /** Also of a Gateway that is about to come: its conflicts are seen as if it were the youngest, or where it stood. */
    public static List<Finding> of(MeshSnapshot mesh, Gateway gateway) {
        return bounded(new GatewayAnalysis(mesh, gateway).findings());
    }

    public static List<Finding> of(MeshSnapshot mesh, VirtualService service) {
        return bounded(new RouteAnalysis(mesh, service).findings());
    }

    public static List<Finding> of(MeshSnapshot mesh, DestinationRule rule) {
        boolean known = mesh.services().values().stream().anyMatch(s -> Hosts.overlap(s.host(), rule.host()));
        return known
                ? List.of()
                : List.of(new Finding(
                        Code.UNKNOWN_RULE_HOST,
                        "The host " + rule.host()
                                + " defined in the DestinationRule does not match any services in the mesh."));
    }

    private static void add(Map<Reference, List<Finding>> all, Reference object, List<Finding> findings) {
        List<Finding> known = all.get(object);
        if (known != null) {
            known.addAll(findings);
        }
    }

    private static List<Finding> bounded(List<Finding> findings) {
        List<Finding> distinct = findings.stream().distinct().toList();
        return distinct.size() <= MOST_FINDINGS ? distinct : distinct.subList(0, MOST_FINDINGS);
    }
}
