package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Watches of everything that controllers and nodes react to. */
public final class Informers implements AutoCloseable {

    public final SharedIndexInformer<Pod> pods;
    public final SharedIndexInformer<Service> services;
    public final SharedIndexInformer<EndpointSlice> slices;
    public final SharedIndexInformer<Node> nodes;
    public final SharedIndexInformer<Namespace> namespaces;
    public final SharedIndexInformer<Deployment> deployments;
    public final SharedIndexInformer<ReplicaSet> replicaSets;
    public final SharedIndexInformer<DaemonSet> daemonSets;

    public Informers(KubernetesClient client) {
        pods = client.pods().inAnyNamespace().runnableInformer(0);
        services = client.services().inAnyNamespace().runnableInformer(0);
        slices = client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0);
        nodes = client.nodes().runnableInformer(0);
        namespaces = client.namespaces().runnableInformer(0);
        deployments = client.apps().deployments().inAnyNamespace().runnableInformer(0);
        replicaSets = client.apps().replicaSets().inAnyNamespace().runnableInformer(0);
        daemonSets = client.apps().daemonSets().inAnyNamespace().runnableInformer(0);
    }

    private List<SharedIndexInformer<?>> all() {
        return List.of(pods, services, slices, nodes, namespaces, deployments, replicaSets, daemonSets);
    }

    /** Starts every watch and returns when each has seen its first list. */
    public void start() {
        for (SharedIndexInformer<?> informer : all()) {
            informer.exceptionHandler((isStarted, t) -> true);
        }
        CompletableFuture.allOf(
                        all().stream().map(i -> i.start().toCompletableFuture()).toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public void close() {
        all().forEach(SharedIndexInformer::close);
    }
}
