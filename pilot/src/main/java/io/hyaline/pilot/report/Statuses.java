package io.hyaline.pilot.report;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.Reference;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.pilot.analyze.Analysis;
import io.hyaline.pilot.analyze.Finding;
import io.hyaline.pilot.serve.Complaint;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final Supplier<List<Complaint>> complaints;
    private final Consumer<Problem> events;
    private volatile MeshSnapshot newest = MeshSnapshot.EMPTY;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pilot-status").factory());

    /** Touched by the writer's thread only. */
    private final Map<Reference, Verdict> written = new HashMap<>();

    /** Touched by the writer's thread only. */
    private Set<Said> said = Set.of();

    /** A complaint that has been made an event, whichever proxies share it meanwhile. */
    private record Said(ObjectKey filter, String text) {}

    /**
     * @param complaints what proxies say against EnvoyFilters at the moment
     * @param events takes what is newly said against one
     */
    public Statuses(
            KubernetesClient client,
            InstantSource clock,
            Supplier<List<Complaint>> complaints,
            Consumer<Problem> events) {
        this.client = client;
        this.clock = clock;
        this.complaints = complaints;
        this.events = events;
    }

    /** Returns at once; of several snapshots within the pause only the newest is looked at. */
    public void offer(MeshSnapshot snapshot) {
        newest = snapshot;
        schedule();
    }

    /** Returns at once; proxies say something else. */
    public void lookAgain() {
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
            List<Complaint> now = complaints.get();
            announce(now);
            Map<Reference, Verdict> verdicts = verdicts(newest, now);
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

    /** Each complaint is an event once, when it is first heard. */
    private void announce(List<Complaint> now) {
        Set<Said> says = new HashSet<>();
        for (Complaint complaint : now) {
            Said one = new Said(complaint.filter(), complaint.text());
            if (says.add(one) && !said.contains(one)) {
                events.accept(new Problem(
                        "EnvoyFilter", complaint.filter(), "at proxy " + complaint.proxy() + ", " + complaint.text()));
            }
        }
        said = says;
    }

    static Map<Reference, Verdict> verdicts(MeshSnapshot mesh, List<Complaint> complaints) {
        Map<Reference, List<Finding>> refusals = Refusals.of(complaints);
        Map<Reference, Verdict> verdicts = new TreeMap<>();
        Analysis.of(mesh).forEach((object, findings) -> {
            Long generation = mesh.generations().get(object);
            if (generation != null) {
                List<Finding> all = new ArrayList<>(findings);
                all.addAll(refusals.getOrDefault(object, List.of()));
                verdicts.put(object, new Verdict(generation, all));
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
