package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.hyaline.runtime.agent.ContainerView;
import io.hyaline.runtime.agent.Containers;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.pods.ContainerSlot.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the pods that the scheduler gives to one node. */
public final class Kubelet implements Containers, AutoCloseable {

    private static final Set<String> OVER = Set.of("Succeeded", "Failed");
    private static final int STOP_SECONDS = 10;
    private static final int TAKE_OVER_SECONDS = 10;

    private final NodeContext node;
    private final SharedIndexInformer<Pod> pods;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Kubelet(NodeContext node, SharedIndexInformer<Pod> pods) {
        this.node = node;
        this.pods = pods;
    }

    /** Begins to run pods. Those that an earlier life of this node has left are not shown as ready any more when this returns. */
    public void start() {
        List<CompletableFuture<Void>> left = pods.getStore().list().stream()
                .filter(pod -> isOurs(pod) && !over(pod))
                .map(pod -> begin(pod).takenOver())
                .toList();
        CompletableFuture.allOf(left.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, TAKE_OVER_SECONDS, TimeUnit.SECONDS)
                .join();
        pods.addEventHandler(new OnChange<>(this::changed));
        // Whatever was removed before the handler was there was not heard of.
        Set<String> uids = pods.getStore().list().stream()
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
        workers.values().stream().filter(worker -> !uids.contains(worker.uid())).forEach(PodWorker::objectGone);
    }

    private boolean isOurs(Pod pod) {
        return node.net().name().equals(pod.getSpec().getNodeName());
    }

    private void changed(@Nullable Pod before, @Nullable Pod after) {
        Pod pod = Objects.requireNonNull(after == null ? before : after);
        if (closed || !isOurs(pod)) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        if (after == null) {
            PodWorker worker = workers.get(uid);
            if (worker != null) {
                worker.objectGone();
            }
            return;
        }
        if (before != null && !before.getMetadata().getUid().equals(uid)) {
            changed(before, null);
        }
        PodWorker worker = workers.get(uid);
        if (worker != null) {
            worker.update(pod);
        } else if (!over(pod)) {
            begin(pod);
        }
    }

    /** A pod that has ended needs no worker, except to be deleted. */
    private static boolean over(Pod pod) {
        return pod.getStatus() != null
                && OVER.contains(pod.getStatus().getPhase())
                && pod.getMetadata().getDeletionTimestamp() == null;
    }

    private PodWorker begin(Pod pod) {
        PodWorker worker = new PodWorker(node, pod);
        workers.put(worker.uid(), worker);
        worker.done().thenRun(() -> workers.remove(worker.uid(), worker));
        worker.start();
        return worker;
    }

    @Override
    public Optional<ContainerView> find(String namespace, String pod, String container) {
        return workers.values().stream()
                .filter(w -> w.pod().getMetadata().getNamespace().equals(namespace)
                        && w.pod().getMetadata().getName().equals(pod))
                .findFirst()
                .flatMap(w -> Optional.ofNullable(ask(w, container)));
    }

    /** Reads the worker's state on the worker's own thread. */
    private @Nullable ContainerView ask(PodWorker worker, String container) {
        CompletableFuture<@Nullable ContainerView> answer = new CompletableFuture<>();
        worker.post(() -> answer.complete(view(worker, container)));
        worker.done().thenRun(() -> answer.complete(null));
        return answer.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private @Nullable ContainerView view(PodWorker worker, String container) {
        ContainerSlot slot = worker.slot(container);
        if (slot == null) {
            return null;
        }
        var log = Objects.requireNonNullElse(
                slot.log, ContainerStarter.log(node.podDirectory(worker.uid()), container, slot.restarts));
        ContainerView.State state = switch (slot.state) {
            case State.Waiting waiting -> ContainerView.State.WAITING;
            case State.Starting starting -> ContainerView.State.WAITING;
            case State.Running running -> ContainerView.State.RUNNING;
            case State.Terminated ended -> ContainerView.State.TERMINATED;
        };
        Supplier<List<String>> entry = switch (slot.state) {
            case State.Running running -> running.run()::entry;
            case State.Waiting waiting -> refuse(container, "is waiting: " + waiting.reason());
            case State.Starting starting -> refuse(container, "is being started");
            case State.Terminated ended -> refuse(container, "has ended");
        };
        return new ContainerView(state, log, slot.previousLog, entry);
    }

    private static Supplier<List<String>> refuse(String container, String why) {
        return () -> {
            throw new IllegalStateException("container " + container + " " + why);
        };
    }

    /** How many pods it looks after, for tests and status. */
    public int size() {
        return workers.size();
    }

    /** Ends every pod's processes; the objects stay, and the next start takes them on again. */
    @Override
    public void close() {
        closed = true;
        List<PodWorker> running = List.copyOf(workers.values());
        running.forEach(worker -> worker.shutDown(Duration.ofSeconds(STOP_SECONDS)));
        CompletableFuture<?>[] ends = running.stream().map(PodWorker::done).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, STOP_SECONDS + 5, TimeUnit.SECONDS)
                .join();
    }
}
