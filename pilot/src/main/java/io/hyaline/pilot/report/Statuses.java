package io.hyaline.pilot.report;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Reference;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.pilot.analyze.Analysis;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the status of each object what the newest snapshot says of it: after a pause, when it has changed, and so
 * many at a time. A status that was written does not change what the pilot reads, so nothing runs in a circle.
 */
public final class Statuses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int MOST_AT_ONCE = 50;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final InstantSource clock;
    private volatile MeshSnapshot newest = MeshSnapshot.EMPTY;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pilot-status").factory());

    /** Touched by the writer's thread only. */
    private final Map<Reference, Verdict> written = new HashMap<>();

    public Statuses(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Returns at once; of several snapshots within the pause only the newest is looked at. */
    public void offer(MeshSnapshot snapshot) {
        newest = snapshot;
        schedule();
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                writer.schedule(this::pass, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException _) {
                LOG.debug("closing; no status is written any more");
            }
        }
    }

    private void pass() {
        scheduled.set(false);
        try {
            Map<Reference, Verdict> verdicts = verdicts(newest);
            written.keySet().retainAll(verdicts.keySet());
            int writes = 0;
            for (Map.Entry<Reference, Verdict> entry : verdicts.entrySet()) {
                if (!entry.getValue().equals(written.get(entry.getKey()))) {
                    if (writes++ == MOST_AT_ONCE) {
                        schedule();
                        return;
                    }
                    write(entry.getKey(), entry.getValue());
                }
            }
        } catch (RuntimeException e) {
            // The next snapshot tries again; a scheduler would drop the exception without a word.
            LOG.error("statuses could not be written", e);
        }
    }

    static Map<Reference, Verdict> verdicts(MeshSnapshot mesh) {
        Map<Reference, Verdict> verdicts = new TreeMap<>();
        Analysis.of(mesh).forEach((object, findings) -> {
            Long generation = mesh.generations().get(object);
            if (generation != null) {
                verdicts.put(object, new Verdict(generation, findings));
            }
        });
        return verdicts;
    }

    private void write(Reference object, Verdict verdict) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Resource<GenericKubernetesResource> resource = client.genericKubernetesResources(
                        kind(object.kind()).context())
                .inNamespace(object.key().namespace())
                .withName(object.key().name());
        try {
            GenericKubernetesResource present = resource.get();
            if (present == null) {
                return; // it is about to leave the snapshot as well
            }
            String patch = verdict.patch(present.getAdditionalProperties().get("status"), now);
            if (patch != null) {
                resource.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            }
            written.put(object, verdict);
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND && e.getCode() != CONFLICT) {
                LOG.info("no status written for {} {}: {}", object.kind(), object.key(), e.getMessage());
            }
        }
    }

    private static IstioKind kind(String name) {
        return Arrays.stream(IstioKind.values())
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
