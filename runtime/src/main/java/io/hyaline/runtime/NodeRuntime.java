package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.capture.Capture;
import io.hyaline.linux.UserIds;
import io.hyaline.runtime.agent.AgentServer;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.images.Images;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.pods.ClientPodApi;
import io.hyaline.runtime.pods.Kubelet;
import io.hyaline.runtime.pods.NodeContext;
import io.hyaline.runtime.probes.Checks;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.ProcessRunner;
import io.hyaline.runtime.sidecar.InitRunner;
import io.hyaline.runtime.sidecar.NodeSidecars;
import io.hyaline.runtime.spec.ClusterData;
import io.hyaline.runtime.spec.ServiceVariables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node: its kubelet, its agent, its proxy, its object. */
final class NodeRuntime implements AutoCloseable {

    /** What all nodes use. */
    record Shared(
            RuntimeConfig config,
            KubernetesClient client,
            Informers informers,
            EventRecorder events,
            Images images,
            ClusterData data,
            Prober.Threads threads,
            Clock clock,
            String domain) {}

    private final Kubelet kubelet;
    private final AgentServer agent;
    private final NodeSidecars sidecars;
    private final NodeObject object;

    private NodeRuntime(Kubelet kubelet, AgentServer agent, NodeSidecars sidecars, NodeObject object) {
        this.kubelet = kubelet;
        this.agent = agent;
        this.sidecars = sidecars;
        this.object = object;
    }

    static NodeRuntime start(NodeNet net, Shared shared) {
        RuntimeConfig config = shared.config();
        Path directory = config.state().resolve(net.name());
        try {
            Files.createDirectories(directory);
            Files.createDirectories(shared.images().directory());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + directory + "; choose another state directory", e);
        }
        UserIds ids = UserIds.current();
        ProcessRunner processes = new ProcessRunner(shared.clock(), ids);
        NodeSidecars sidecars = NodeSidecars.start(
                config.sidecars(),
                new NodeSidecars.Place(net.thread(), net.namespace(), directory),
                processes,
                () -> controlPlane(shared.informers()));
        NodeContext context = new NodeContext(
                net,
                config.state(),
                shared.images(),
                shared.data(),
                namespace -> serviceVariables(shared.informers(), namespace),
                runners(sidecars, processes, shared.clock()),
                new Checks(net.thread(), net.namespace()),
                shared.threads(),
                shared.events(),
                new ClientPodApi(shared.client()),
                shared.clock(),
                new NodeContext.Settings(
                        shared.domain(),
                        config.addresses().each(FamilyPlan::dnsService),
                        List.of(Path.of("/root"), Path.of("/home"), config.home(), config.state()),
                        ids));
        Kubelet kubelet = new Kubelet(context, shared.informers().pods);
        Path socket = directory.resolve("agent.sock");
        AgentServer agent = AgentServer.start(socket, kubelet, shared.clock());
        NodeObject object = new NodeObject(shared.client(), net, socket, shared.clock(), shared.threads());
        object.register();
        kubelet.start();
        return new NodeRuntime(kubelet, agent, sidecars, object);
    }

    private static List<ContainerRunner> runners(NodeSidecars sidecars, ProcessRunner processes, Clock clock) {
        List<ContainerRunner> runners = new ArrayList<>();
        runners.add(new InitRunner(Capture::apply, clock));
        runners.addAll(sidecars.runners());
        runners.add(processes);
        return runners;
    }

    private static @Nullable String controlPlane(Informers informers) {
        Service service = informers.services.getStore().getByKey("istio-system/istiod");
        return service == null ? null : service.getSpec().getClusterIP();
    }

    /** Those of the pod's namespace, and the API server's. */
    private static Map<String, String> serviceVariables(Informers informers, String namespace) {
        return ServiceVariables.of(informers.services.getStore().list().stream()
                .filter(s -> s.getMetadata().getNamespace().equals(namespace)
                        || (s.getMetadata().getNamespace().equals("default")
                                && s.getMetadata().getName().equals("kubernetes")))
                .toList());
    }

    Kubelet kubelet() {
        return kubelet;
    }

    long proxyPid() {
        return sidecars.sharedPid();
    }

    @Override
    public void close() {
        kubelet.close();
        object.close();
        sidecars.close();
        agent.close();
    }
}
