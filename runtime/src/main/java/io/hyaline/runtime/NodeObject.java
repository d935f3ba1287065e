package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.runtime.cluster.Times;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.spec.Machine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as the API shows it, with its heart beat. */
final class NodeObject implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeObject.class);
    private static final String AGENT = "hyaline.io/agent";
    private static final String LEASES = "kube-node-lease";
    private static final int LEASE_SECONDS = 40;
    private static final int BEAT_SECONDS = 10;
    private static final int MAX_PODS = 110;

    private final KubernetesClient client;
    private final NodeNet net;
    private final Path agent;
    private final Clock clock;
    private final Prober.Threads threads;
    private final Instant started;
    private @Nullable ScheduledFuture<?> beat;

    NodeObject(KubernetesClient client, NodeNet net, Path agent, Clock clock, Prober.Threads threads) {
        this.client = client;
        this.net = net;
        this.agent = agent;
        this.clock = clock;
        this.threads = threads;
        this.started = clock.instant();
    }

    /** Whether the object is of a node of this machine, now or in an earlier life of the cluster. */
    static boolean isOurs(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(AGENT);
    }

    /** Creates or takes over the object, and keeps it alive from then on. */
    void register() {
        List<String> ranges = net.plan().each(f -> f.podRange(net.number()).toString());
        Node wanted = new NodeBuilder()
                .withNewMetadata()
                .withName(net.name())
                .withLabels(Map.of(
                        "kubernetes.io/hostname", net.name(),
                        "kubernetes.io/os", "linux",
                        "kubernetes.io/arch", architecture()))
                .withAnnotations(Map.of(AGENT, "unix://" + agent))
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(ranges.getFirst())
                .withPodCIDRs(ranges)
                .endSpec()
                .build();
        if (client.nodes().withName(net.name()).get() == null) {
            client.resource(wanted).create();
        } else {
            // The ranges may be others than in an earlier life of the cluster.
            Node patch = new NodeBuilder()
                    .withNewMetadata()
                    .withAnnotations(Map.of(AGENT, "unix://" + agent))
                    .endMetadata()
                    .withNewSpec()
                    .withPodCIDR(ranges.getFirst())
                    .withPodCIDRs(ranges)
                    .endSpec()
                    .build();
            client.nodes()
                    .withName(net.name())
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            client.getKubernetesSerialization().asJson(patch));
        }
        publish(true);
        beat = threads.timer()
                .scheduleAtFixedRate(() -> threads.workers().execute(this::beat), 0, BEAT_SECONDS, TimeUnit.SECONDS);
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
    }

    private void publish(boolean ready) {
        Node patch = new NodeBuilder().withStatus(status(ready)).build();
        client.nodes()
                .withName(net.name())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(patch));
    }

    private NodeStatus status(boolean ready) {
        Map<String, Quantity> resources = Map.of(
                "cpu", new Quantity("" + Runtime.getRuntime().availableProcessors()),
                "memory", new Quantity(Machine.memoryBytes() / 1024 + "Ki"),
                "pods", new Quantity("" + MAX_PODS));
        return new NodeStatusBuilder()
                .withAddresses(addresses())
                .withCapacity(resources)
                .withAllocatable(resources)
                .withConditions(
                        condition("MemoryPressure", false, "KubeletHasSufficientMemory", "memory is not watched"),
                        condition("DiskPressure", false, "KubeletHasNoDiskPressure", "disk is not watched"),
                        condition("PIDPressure", false, "KubeletHasSufficientPID", "processes are not watched"),
                        ready
                                ? condition("Ready", true, "KubeletReady", "the node runs pods")
                                : condition("Ready", false, "NodeStopped", "the node has been stopped"))
                .withNewNodeInfo()
                .withArchitecture(architecture())
                .withOperatingSystem("linux")
                .withOsImage("the host's")
                .withKernelVersion(System.getProperty("os.version", ""))
                .withContainerRuntimeVersion("hyaline://0.1.0")
                .withKubeletVersion("v1.32.0+hyaline")
                .withKubeProxyVersion("v1.32.0+hyaline")
                .withMachineID(net.name())
                .withSystemUUID(net.name())
                .withBootID(net.name())
                .endNodeInfo()
                .build();
    }

    private List<NodeAddress> addresses() {
        List<NodeAddress> all = new ArrayList<>();
        net.addresses().forEach(a -> all.add(new NodeAddress(a, "InternalIP")));
        all.add(new NodeAddress(net.name(), "Hostname"));
        return all;
    }

    private NodeCondition condition(String type, boolean is, String reason, String message) {
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(is ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(Times.seconds(clock.instant()))
                .withLastTransitionTime(Times.seconds(started))
                .build();
    }

    private void beat() {
        try {
            Lease lease = new LeaseBuilder()
                    .withNewMetadata()
                    .withName(net.name())
                    .withNamespace(LEASES)
                    .endMetadata()
                    .withNewSpec()
                    .withHolderIdentity(net.name())
                    .withLeaseDurationSeconds(LEASE_SECONDS)
                    .withRenewTime(Instant.parse(Times.micros(clock.instant())).atZone(ZoneOffset.UTC))
                    .endSpec()
                    .build();
            client.resource(lease).createOr(r -> r.unlock().update());
        } catch (KubernetesClientException e) {
            log.debug("lease of {}: {}", net.name(), e.getMessage());
        }
    }

    @Override
    public void close() {
        if (beat != null) {
            beat.cancel(false);
        }
        try {
            publish(false);
        } catch (KubernetesClientException e) {
            log.debug("{} is not marked as stopped: {}", net.name(), e.getMessage());
        }
    }
}
