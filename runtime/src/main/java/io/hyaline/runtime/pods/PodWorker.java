package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.hyaline.runtime.pods.ContainerSlot.Kind;
import io.hyaline.runtime.pods.ContainerSlot.State;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one pod, on a thread of its own. Everything that happens elsewhere (a process ended, a probe changed its mind,
 * the object changed) is posted to it; after each message it decides anew and reports.
 */
final class PodWorker {

    private static final Logger log = LoggerFactory.getLogger(PodWorker.class);
    private static final int MAILBOX_LIMIT = 1024;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    private final NodeContext node;
    private final PodSandbox sandbox;
    private final PodRuns runs;
    private final List<ContainerSlot> slots = new ArrayList<>();
    private final BlockingQueue<Runnable> mailbox = new ArrayBlockingQueue<>(MAILBOX_LIMIT);
    private final CompletableFuture<Void> takenOver = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Instant startTime;
    private Pod pod;
    private PodDecision.Phase phase = PodDecision.Phase.PENDING;
    private @Nullable PodStatus published;
    private @Nullable Instant deadline;
    private boolean gone;
    private boolean removeObject = true;
    private boolean nodeStops;
    private Instant wakeAt = Instant.MAX;

    PodWorker(NodeContext node, Pod pod) {
        this.node = node;
        this.pod = pod;
        this.sandbox = new PodSandbox(node, pod.getMetadata().getUid());
        this.runs = new PodRuns(node, sandbox, this);
        Instant now = node.clock().instant();
        String started = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        this.startTime = started == null ? now : Instant.parse(started);
        List<Container> init = pod.getSpec().getInitContainers();
        if (init != null) {
            init.forEach(c -> slots.add(new ContainerSlot(c, ContainerSlot.initKind(c))));
        }
        pod.getSpec().getContainers().forEach(c -> slots.add(new ContainerSlot(c, Kind.MAIN)));
        PodRecovery.recover(pod, slots, node.podDirectory(pod.getMetadata().getUid()));
    }

    void start() {
        Thread.ofVirtual().name("pod-" + pod.getMetadata().getName()).start(this::run);
    }

    /** Completes when readiness that an earlier life of this node has reported is withdrawn, or could not be. */
    CompletableFuture<Void> takenOver() {
        return takenOver;
    }

    /** Completes when nothing of the pod runs any more. */
    CompletableFuture<Void> done() {
        return done;
    }

    String uid() {
        return pod.getMetadata().getUid();
    }

    /** Has {@code message} run on the worker's thread. */
    void post(Runnable message) {
        if (!mailbox.offer(message)) {
            log.warn(
                    "pod {} does not keep up; one message is lost",
                    pod.getMetadata().getName());
        }
    }

    void update(Pod changed) {
        post(() -> pod = merge(changed));
    }

    /** The object is gone: end at once, and there is nothing to report to. */
    void objectGone() {
        post(() -> {
            removeObject = false;
            gone = true;
            deadline = node.clock().instant();
        });
    }

    /** Ends the pod's processes and keeps its object: the node is shutting down. */
    void shutDown(Duration grace) {
        post(() -> {
            removeObject = false;
            nodeStops = true;
            gone = true;
            deadline = node.clock().instant().plus(grace);
        });
    }

    /** Our own part of the status is newer here than in what the watch delivers. */
    private Pod merge(Pod changed) {
        PodBuilder merged = new PodBuilder(changed);
        if (published != null) {
            merged.withStatus(published);
        }
        return merged.build();
    }

    private void run() {
        try {
            takeOver();
            while (true) {
                step();
                if (stopped() && (phase.over() || ending())) {
                    finish();
                    if (ending()) {
                        break;
                    }
                }
                Runnable message = mailbox.poll(sleep().toMillis(), TimeUnit.MILLISECONDS);
                while (message != null) {
                    message.run();
                    message = mailbox.poll();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sandbox.close();
            takenOver.complete(null);
            done.complete(null);
        }
    }

    /** To make the sandbox takes its time, and nothing of the pod is ready meanwhile, whatever its status says. */
    private void takeOver() {
        if (pod.getStatus() != null && pod.getStatus().getContainerStatuses() != null && !ending()) {
            Instant now = node.clock().instant();
            phase = PodDecision.decide(slots, restartPolicy(), now).phase();
            publishQuietly(now);
        }
        takenOver.complete(null);
    }

    private Duration sleep() {
        Duration until = Duration.between(node.clock().instant(), wakeAt);
        if (until.isNegative()) {
            return Duration.ZERO;
        }
        return until.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : until.plusMillis(1);
    }

    private void step() {
        Instant now = node.clock().instant();
        wakeAt = Instant.MAX;
        try {
            if (ending()) {
                end(now);
            } else if (!phase.over()) {
                advance(now);
            }
            publish(now);
        } catch (MissingReferenceException e) {
            node.events().warning(node.source(), pod, "FailedMount", String.valueOf(e.getMessage()));
            wakeAt = now.plus(RETRY);
            publishQuietly(now);
        } catch (KubernetesClientException e) {
            log.warn(
                    "pod {}: the API server: {}; trying again",
                    pod.getMetadata().getName(),
                    e.getMessage());
            wakeAt = now.plus(RETRY);
        } catch (RuntimeException e) {
            log.warn("pod {}: trying again", pod.getMetadata().getName(), e);
            node.events().warning(node.source(), pod, "FailedCreatePodSandBox", String.valueOf(e.getMessage()));
            wakeAt = now.plus(RETRY);
            publishQuietly(now);
        }
    }

    private boolean ending() {
        return gone || pod.getMetadata().getDeletionTimestamp() != null;
    }

    private boolean stopped() {
        return slots.stream().allMatch(ContainerSlot::idle);
    }

    private void advance(Instant now) {
        if (sandbox.lost()) {
            forgetSandbox(now);
        }
        sandbox.ensure(pod, now);
        PodDecision decision = PodDecision.decide(slots, restartPolicy(), now);
        phase = decision.phase();
        decision.waiting().forEach(runs::showBackOff);
        decision.start().forEach(slot -> runs.start(pod, slot));
        decision.stop().forEach(slot -> runs.stop(pod, slot, grace()));
        wakeAt = decision.wakeAt().isBefore(sandbox.refreshAt()) ? decision.wakeAt() : sandbox.refreshAt();
    }

    private String restartPolicy() {
        return Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always");
    }

    /** Without its init nothing of the pod can be running; it begins again. */
    private void forgetSandbox(Instant now) {
        if (!stopped()) {
            // The ends of its processes are about to be posted.
            wakeAt = now.plus(RETRY);
            return;
        }
        node.events().normal(node.source(), pod, "SandboxChanged", "Pod sandbox changed, it will be re-created.");
        sandbox.close();
        slots.stream()
                .filter(s -> s.kind != Kind.MAIN)
                .forEach(s -> s.state = new State.Waiting("PodInitializing", ""));
    }

    private long grace() {
        Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        return grace == null ? 30 : grace;
    }

    private void end(Instant now) {
        Instant limit = deadline;
        if (limit == null) {
            Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
            limit = now.plusSeconds(seconds == null ? grace() : seconds);
            deadline = limit;
        }
        long left = Math.max(0, Duration.between(now, limit).toSeconds());
        if (!limit.isAfter(now)) {
            slots.stream().filter(s -> !s.idle()).forEach(runs::kill);
            wakeAt = now.plus(RETRY);
            return;
        }
        List<ContainerSlot> active = slots.stream().filter(s -> !s.idle()).toList();
        List<ContainerSlot> first =
                active.stream().filter(s -> s.kind != Kind.SIDECAR).toList();
        // Native sidecars serve the others to their end, and stop one by one, last started first.
        List<ContainerSlot> next = !first.isEmpty() || active.isEmpty() ? first : List.of(active.getLast());
        next.stream().filter(s -> !s.stopping).forEach(s -> runs.stop(pod, s, left));
        wakeAt = limit;
    }

    private void finish() {
        sandbox.close();
        Instant now = node.clock().instant();
        if (!ending()) {
            return;
        }
        if (removeObject) {
            publishQuietly(now);
            removeObject();
        }
        sandbox.deleteFiles(nodeStops);
    }

    private void removeObject() {
        try {
            node.api().remove(pod);
        } catch (KubernetesClientException e) {
            log.warn("pod {}: removing its object failed: {}", pod.getMetadata().getName(), e.getMessage());
        }
    }

    private void publishQuietly(Instant now) {
        try {
            publish(now);
        } catch (KubernetesClientException e) {
            log.debug("status of {} not written: {}", pod.getMetadata().getName(), e.getMessage());
        }
    }

    private void publish(Instant now) {
        if (gone) {
            return;
        }
        if (ending() && stopped()) {
            phase = PodDecision.endedAs(slots, phase);
        }
        PodStatus status = new PodReport(
                        pod,
                        slots,
                        phase,
                        sandbox.ready(),
                        sandbox.addresses(),
                        node.net().addresses(),
                        startTime,
                        now)
                .status();
        if (status.equals(published)) {
            return;
        }
        if (!node.api().publish(pod, status)) {
            gone = true;
            removeObject = false;
            deadline = now;
            wakeAt = now;
            return;
        }
        published = status;
        pod = new PodBuilder(pod).withStatus(status).build();
    }

    /** What is known of a container by now; called by other threads through {@link #post}. */
    @Nullable
    ContainerSlot slot(String name) {
        return slots.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }

    Pod pod() {
        return pod;
    }
}
