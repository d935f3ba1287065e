package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes of an earlier life of the cluster, when it had more of them. Nobody else would say that they are gone, and what they
 * ran would count as ready for ever.
 */
final class LeftoverNodes {

    private static final Logger log = LoggerFactory.getLogger(LeftoverNodes.class);

    private LeftoverNodes() {}

    /**
     * Deletes those of {@code nodes} that were this machine's, and the pods that were bound to them.
     *
     * @param present names of the nodes that there will be
     * @return the pods that remain
     */
    static List<Pod> remove(KubernetesClient client, List<Node> nodes, List<Pod> pods, Set<String> present) {
        Set<String> gone = nodes.stream()
                .filter(NodeObject::isOurs)
                .map(n -> n.getMetadata().getName())
                .filter(n -> !present.contains(n))
                .collect(Collectors.toSet());
        List<Pod> lost = pods.stream()
                .filter(p -> gone.contains(p.getSpec().getNodeName()))
                .toList();
        lost.forEach(p -> client.resource(p).withGracePeriod(0).delete());
        gone.forEach(n -> client.nodes().withName(n).delete());
        if (!gone.isEmpty()) {
            log.info("no longer there: {}, with {} pods", gone, lost.size());
        }
        return pods.stream().filter(p -> !lost.contains(p)).toList();
    }
}
