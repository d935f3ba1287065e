package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.hyaline.model.ContainerPort;
import io.hyaline.model.GatewayTopology;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pods, as long as they run. */
public final class PodReader {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private static final String PROXY_CONFIG = "proxy.istio.io/config";
    private static final Logger LOG = LoggerFactory.getLogger(PodReader.class);

    private PodReader() {}

    /** Null for a pod that has ended: its address may already belong to another. */
    public static @Nullable Workload read(Pod pod) {
        if (pod.getStatus() != null
                && ENDED.contains(Metadata.orEmpty(pod.getStatus().getPhase()))) {
            return null;
        }
        ObjectKey key = Metadata.key(pod);
        Map<String, String> labels = Metadata.labels(pod);
        String account = Metadata.orEmpty(pod.getSpec().getServiceAccountName());
        return new Workload(
                key,
                workloadName(pod, labels),
                addresses(pod),
                labels,
                account.isEmpty() ? "default" : account,
                Metadata.orEmpty(pod.getSpec().getNodeName()),
                ports(pod),
                topology(pod));
    }

    /** A pod on its node's network has the node's address, which says nothing about who it is. */
    private static List<String> addresses(Pod pod) {
        if (pod.getStatus() == null || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return List.of();
        }
        List<PodIP> all = pod.getStatus().getPodIPs();
        if (all != null && !all.isEmpty()) {
            return all.stream().map(PodIP::getIp).filter(Objects::nonNull).toList();
        }
        String one = Metadata.orEmpty(pod.getStatus().getPodIP());
        return one.isEmpty() ? List.of() : List.of(one);
    }

    private static String workloadName(Pod pod, Map<String, String> labels) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        if (owners == null || owners.isEmpty()) {
            return pod.getMetadata().getName();
        }
        String owner = owners.getFirst().getName();
        String hash = labels.get("pod-template-hash");
        if (hash == null || !owner.endsWith("-" + hash)) {
            return owner;
        }
        return owner.substring(0, owner.length() - hash.length() - 1);
    }

    /** A text that cannot be read is reported; the pod itself is no worse for it. */
    private static GatewayTopology topology(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String config = annotations == null ? null : annotations.get(PROXY_CONFIG);
        if (config == null) {
            return GatewayTopology.NONE;
        }
        try {
            return MeshConfigReader.topology(config);
        } catch (IllegalArgumentException e) {
            LOG.warn("Pod {}: annotation {} is left out: {}", Metadata.key(pod), PROXY_CONFIG, e.getMessage());
            return GatewayTopology.NONE;
        }
    }

    private static List<ContainerPort> ports(Pod pod) {
        List<ContainerPort> ports = new ArrayList<>();
        for (Container container : pod.getSpec().getContainers()) {
            if (container.getPorts() != null) {
                container
                        .getPorts()
                        .forEach(
                                p -> ports.add(new ContainerPort(Metadata.orEmpty(p.getName()), p.getContainerPort())));
            }
        }
        return ports;
    }
}
