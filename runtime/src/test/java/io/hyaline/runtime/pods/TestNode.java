package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.hyaline.linux.NetNs;
import io.hyaline.linux.UserIds;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.images.Images;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.Fabric;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.probes.Checks;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.sandbox.ProcessRunner;
import io.hyaline.runtime.spec.ClusterData;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A cluster's wires and nodes without an API server: pods are handed in, their status is read back. */
final class TestNode implements AutoCloseable, PodApi, ClusterData {

    final Map<String, PodStatus> statuses = new ConcurrentHashMap<>();
    final Map<String, ConfigMap> configMaps = new ConcurrentHashMap<>();
    final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    final List<String> removed = new ArrayList<>();
    final Fabric fabric;

    private final NetNs host = NetNs.create("host");
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Path state;
    private final EventRecorder events;

    TestNode(Path state) {
        this.state = state;
        this.fabric = Fabric.create(AddressPlan.DEFAULT, host);
        // Nothing listens there; events are best effort.
        this.events = new EventRecorder(
                new KubernetesClientBuilder()
                        .editOrNewConfig()
                        .withMasterUrl("http://127.0.0.1:1")
                        .withRequestRetryBackoffLimit(0)
                        .endConfig()
                        .build(),
                Clock.systemUTC());
    }

    NetNs host() {
        return host;
    }

    NodeContext context(NodeNet net) {
        return new NodeContext(
                net,
                state,
                Images.in(state),
                this,
                namespace -> Map.of(),
                List.of(new ProcessRunner(Clock.systemUTC(), UserIds.current())),
                new Checks(net.thread(), net.namespace()),
                new Prober.Threads(timer, workers),
                events,
                this,
                Clock.systemUTC(),
                new NodeContext.Settings(
                        "cluster.local", List.of("10.96.0.10"), List.of(Path.of("/root")), UserIds.current()));
    }

    static Pod pod(String name, String yamlSpec) {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: default, uid: uid-%1$s}
                spec:
                """.formatted(name) + yamlSpec.indent(2), Pod.class);
        return pod;
    }

    PodStatus status(Pod pod) {
        return statuses.getOrDefault(pod.getMetadata().getName(), new PodStatus());
    }

    @Override
    public boolean publish(Pod pod, PodStatus status) {
        statuses.put(pod.getMetadata().getName(), status);
        return true;
    }

    @Override
    public synchronized void remove(Pod pod) {
        removed.add(pod.getMetadata().getName());
    }

    @Override
    public ConfigMap configMap(String namespace, String name) {
        return configMaps.get(name);
    }

    @Override
    public Secret secret(String namespace, String name) {
        return secrets.get(name);
    }

    @Override
    public Token token(Pod pod, String audience, long seconds) {
        return new Token(
                "token-of-" + pod.getMetadata().getName(), Instant.now().plusSeconds(seconds));
    }

    @Override
    public void close() {
        fabric.close();
        host.close();
        timer.shutdownNow();
        workers.shutdownNow();
        events.close();
    }
}
