package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.hyaline.objects.istio.IstioKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Informers on a Kubernetes API. */
public final class KubeSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(KubeSource.class);

    /** A kind that the API server does not serve, a missing definition say, must not keep the others waiting. */
    private static final Duration LONGEST_SYNC = Duration.ofSeconds(10);

    private static final List<IstioKind> KINDS = List.of(
            IstioKind.PEER_AUTHENTICATION,
            IstioKind.ENVOY_FILTER,
            IstioKind.SIDECAR,
            IstioKind.GATEWAY,
            IstioKind.VIRTUAL_SERVICE,
            IstioKind.DESTINATION_RULE,
            IstioKind.SERVICE_ENTRY);

    private final KubernetesClient client;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

    public KubeSource(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void start(Consumer<Change> sink) {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        starts.add(watch("services", client.services().inAnyNamespace(), sink));
        starts.add(
                watch("endpointslices", client.discovery().v1().endpointSlices().inAnyNamespace(), sink));
        starts.add(watch("secrets", client.secrets().inAnyNamespace(), sink));
        starts.add(watch("pods", client.pods().inAnyNamespace(), sink));
        starts.add(watch(
                "configmap istio",
                client.configMaps().inNamespace(InstalledMesh.NAMESPACE).withName(InstalledMesh.NAME),
                sink));
        for (IstioKind kind : KINDS) {
            starts.add(watch(
                    kind.plural(),
                    client.genericKubernetesResources(kind.context()).inAnyNamespace(),
                    sink));
        }
        CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new))
                .orTimeout(LONGEST_SYNC.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, problem) -> {
                    if (problem != null) {
                        LOG.warn("not every kind could be listed yet; going on with those that could");
                    }
                    sink.accept(new Change.Synced());
                });
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }

    private <T extends HasMetadata> CompletableFuture<Void> watch(
            String what, Informable<T> source, Consumer<Change> sink) {
        SharedIndexInformer<T> informer = source.runnableInformer(0);
        informer.addEventHandler(new ResourceEventHandler<HasMetadata>() {
            @Override
            public void onAdd(HasMetadata object) {
                sink.accept(new Change.Put(object));
            }

            @Override
            public void onUpdate(HasMetadata before, HasMetadata object) {
                sink.accept(new Change.Put(object));
            }

            @Override
            public void onDelete(HasMetadata object, boolean lastStateUnknown) {
                sink.accept(new Change.Gone(object));
            }
        });
        informer.exceptionHandler((_, problem) -> {
            LOG.warn("watching {} failed and is tried again: {}", what, problem.toString());
            return true;
        });
        informers.add(informer);
        return informer.start().toCompletableFuture();
    }
}
