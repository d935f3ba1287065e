package io.hyaline.runtime.services;

import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import java.util.List;

/**
 * A node as its rules see it, in one address family.
 *
 * @param address InternalIP
 * @param podGateway the node's address on its pods' bridge
 * @param pods range of the pods of all nodes
 * @param nodes range of all nodes
 * @param services range of ClusterIPs
 */
public record NodeView(
        Ip family, String name, String address, String podGateway, String pods, String nodes, String services) {

    /** Node {@code number}, counted from 1. */
    static NodeView of(FamilyPlan plan, int number) {
        return new NodeView(
                plan.family(),
                "node-" + number,
                plan.node(number),
                plan.podGateway(number),
                plan.pods().toString(),
                plan.nodes().toString(),
                plan.services().toString());
    }

    /** Where packets of the cluster itself come from. */
    String cluster() {
        return String.join(", ", List.of(nodes, pods));
    }
}
