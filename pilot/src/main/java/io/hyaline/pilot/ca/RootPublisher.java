package io.hyaline.pilot.ca;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps ConfigMap {@code istio-ca-root-cert} in every namespace: proxies trust the pilot by it. */
public final class RootPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RootPublisher.class);
    private static final String NAME = "istio-ca-root-cert";
    private static final String KEY = "root-cert.pem";
    private static final int QUEUED_NAMESPACES = 10_000;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final String rootPem;
    private final BlockingQueue<String> namespaces = new ArrayBlockingQueue<>(QUEUED_NAMESPACES);
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("pilot-roots").unstarted(this::run);

    public RootPublisher(KubernetesClient client, String rootPem) {
        this.client = client;
        this.rootPem = rootPem;
    }

    public void start() {
        thread.start();
        SharedIndexInformer<Namespace> all = client.namespaces().runnableInformer(TimeUnit.MINUTES.toMillis(10));
        all.addEventHandler(new ResourceEventHandler<Namespace>() {
            @Override
            public void onAdd(Namespace namespace) {
                wanted(namespace.getMetadata().getName());
            }

            @Override
            public void onUpdate(Namespace before, Namespace namespace) {
                wanted(namespace.getMetadata().getName());
            }

            @Override
            public void onDelete(Namespace namespace, boolean unknown) {}
        });
        SharedIndexInformer<ConfigMap> maps = client.configMaps()
                .inAnyNamespace()
                .withField("metadata.name", NAME)
                .runnableInformer(0);
        maps.addEventHandler(new ResourceEventHandler<ConfigMap>() {
            @Override
            public void onAdd(ConfigMap map) {}

            @Override
            public void onUpdate(ConfigMap before, ConfigMap map) {
                wanted(map.getMetadata().getNamespace());
            }

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {
                wanted(map.getMetadata().getNamespace());
            }
        });
        for (SharedIndexInformer<?> informer : List.of(all, maps)) {
            informer.exceptionHandler((_, problem) -> {
                LOG.warn("watching for {} failed and is tried again: {}", NAME, problem.toString());
                return true;
            });
            informers.add(informer);
            informer.start();
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
        thread.interrupt();
    }

    private void wanted(String namespace) {
        if (!namespaces.offer(namespace)) {
            LOG.warn(
                    "more than {} namespaces wait for {}; the next resync comes back to {}",
                    QUEUED_NAMESPACES,
                    NAME,
                    namespace);
        }
    }

    private void run() {
        try {
            while (true) {
                publish(namespaces.take());
            }
        } catch (InterruptedException _) {
            LOG.debug("root publishing ends");
        }
    }

    private void publish(String namespace) {
        try {
            ConfigMap present =
                    client.configMaps().inNamespace(namespace).withName(NAME).get();
            if (present == null) {
                client.resource(map(namespace)).create();
            } else if (present.getData() == null
                    || !rootPem.equals(present.getData().get(KEY))) {
                client.resource(map(namespace)).update();
            }
        } catch (KubernetesClientException e) {
            // a namespace that is being deleted takes nothing new; anything else comes back with the resync
            if (e.getCode() != CONFLICT) {
                LOG.info("{} not written in namespace {}: {}", NAME, namespace, e.getMessage());
            }
        }
    }

    private ConfigMap map(String namespace) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .addToLabels("istio.io/config", "true")
                .endMetadata()
                .withData(Map.of(KEY, rootPem))
                .build();
    }
}
