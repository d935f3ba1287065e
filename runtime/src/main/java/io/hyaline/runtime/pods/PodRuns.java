package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.linux.Signals;
import io.hyaline.runtime.images.ImageException;
import io.hyaline.runtime.pods.ContainerSlot.State;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.probes.Target;
import io.hyaline.runtime.probes.Verdict;
import io.hyaline.runtime.sandbox.RunningContainer;
import io.hyaline.runtime.sandbox.RunningContainer.Exit;
import io.hyaline.runtime.sandbox.Sandbox;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, watches and stops the containers of one pod. Methods are called on the worker's thread. */
final class PodRuns {

    private static final Logger log = LoggerFactory.getLogger(PodRuns.class);
    private static final long RETRY_SECONDS = 2;
    private static final long PULL_RETRY_SECONDS = 10;

    private final NodeContext node;
    private final PodSandbox sandbox;
    private final PodWorker worker;
    private final ContainerStarter starter;
    private final Map<String, Prober> probers = new HashMap<>();

    PodRuns(NodeContext node, PodSandbox sandbox, PodWorker worker) {
        this.node = node;
        this.sandbox = sandbox;
        this.worker = worker;
        this.starter = new ContainerStarter(node, sandbox.volumes());
    }

    void start(Pod pod, ContainerSlot slot) {
        Sandbox inside = Objects.requireNonNull(sandbox.current(), "the sandbox is made first");
        if (slot.state instanceof State.Terminated ended) {
            slot.last = ended;
            slot.restarts++;
            slot.previousLog = slot.log;
        }
        slot.state = new State.Starting();
        slot.log = ContainerStarter.log(node.podDirectory(pod.getMetadata().getUid()), slot.name(), slot.restarts);
        int number = slot.restarts;
        Pod withAddress = PodAddress.show(pod, sandbox.addresses(), node.net().addresses());
        node.threads().workers().execute(() -> {
            try {
                ContainerStarter.Started started = starter.start(withAddress, slot.spec, inside, number);
                worker.post(() -> running(pod, slot, started));
            } catch (ImageException e) {
                worker.post(() -> noImage(pod, slot, e));
            } catch (MissingReferenceException | IllegalArgumentException e) {
                worker.post(() -> refused(pod, slot, "CreateContainerConfigError", e));
            } catch (RuntimeException e) {
                log.warn("container {} of {}", slot.name(), pod.getMetadata().getName(), e);
                worker.post(() -> refused(pod, slot, "CreateContainerError", e));
            }
        });
    }

    /** Where probes go: the primary one, as kubelet's do. */
    private String address() {
        return sandbox.addresses().stream().findFirst().orElse("");
    }

    private void running(Pod pod, ContainerSlot slot, ContainerStarter.Started started) {
        RunningContainer run = started.run();
        slot.imageId = started.imageId();
        slot.runs++;
        slot.pullFailures = 0;
        String id = "hyaline://" + pod.getMetadata().getUid() + "/" + slot.name() + "/" + slot.restarts;
        slot.state = new State.Running(run, id, node.clock().instant());
        event(pod, slot, false, "Started", "Started container " + slot.name());
        run.exit().thenAccept(exit -> worker.post(() -> ended(pod, slot, run, exit)));
        Target target = new Target(address(), slot.spec, run::entry);
        Prober prober =
                Prober.start(node.checks(), target, node.threads(), new ProbeNews(this, worker, pod, slot, run));
        Prober before = probers.put(slot.name(), prober);
        if (before != null) {
            before.close();
        }
        Lifecycle lifecycle = slot.spec.getLifecycle();
        if (lifecycle != null && lifecycle.getPostStart() != null) {
            node.threads().workers().execute(() -> postStart(pod, slot, run, target));
        }
    }

    private void postStart(Pod pod, ContainerSlot slot, RunningContainer run, Target target) {
        Verdict verdict = Prober.hook(node.checks(), slot.spec.getLifecycle().getPostStart(), target, 30);
        if (!verdict.good()) {
            event(pod, slot, true, "FailedPostStartHook", verdict.message());
            worker.post(() -> restart(pod, slot, run));
        }
    }

    /** Ends a run that probes or hooks have found bad; the decision starts the next. */
    void restart(Pod pod, ContainerSlot slot, RunningContainer run) {
        if (isCurrent(slot, run) && !slot.stopping) {
            event(pod, slot, false, "Killing", "Container " + slot.name() + " failed its check, will be restarted");
            Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
            stop(pod, slot, grace == null ? 30 : grace);
        }
    }

    static boolean isCurrent(ContainerSlot slot, RunningContainer run) {
        return slot.state instanceof State.Running running && running.run().equals(run);
    }

    private void ended(Pod pod, ContainerSlot slot, RunningContainer run, Exit exit) {
        if (!isCurrent(slot, run)) {
            return;
        }
        Prober prober = probers.remove(slot.name());
        if (prober != null) {
            prober.close();
        }
        slot.ended(exit, node.clock().instant());
        if (exit.reason().equals("StartError")) {
            event(pod, slot, true, "Failed", "Error: failed to start container: " + exit.message());
        }
        // The last run's layers are of no use any more; its log is.
        int number = slot.restarts;
        node.threads().workers().execute(() -> sandbox.deleteLayers(slot.name(), number));
    }

    private void noImage(Pod pod, ContainerSlot slot, ImageException e) {
        slot.pullFailures++;
        slot.state = new State.Waiting("ErrImagePull", String.valueOf(e.getMessage()));
        long delay = Math.min(300, PULL_RETRY_SECONDS << Math.min(slot.pullFailures - 1, 5));
        slot.nextStart = node.clock().instant().plusSeconds(delay);
        event(pod, slot, true, "Failed", "Failed to pull image \"" + slot.spec.getImage() + "\": " + e.getMessage());
        node.threads().timer().schedule(() -> worker.post(() -> showPullBackOff(slot, e)), 2, TimeUnit.SECONDS);
    }

    private static void showPullBackOff(ContainerSlot slot, ImageException e) {
        if (slot.state instanceof State.Waiting waiting && waiting.reason().equals("ErrImagePull")) {
            slot.state = new State.Waiting(
                    "ImagePullBackOff", "Back-off pulling image \"" + slot.spec.getImage() + "\": " + e.getMessage());
        }
    }

    private void refused(Pod pod, ContainerSlot slot, String reason, RuntimeException e) {
        slot.state = new State.Waiting(reason, String.valueOf(e.getMessage()));
        slot.nextStart = node.clock().instant().plusSeconds(RETRY_SECONDS);
        event(pod, slot, true, "Failed", "Error: " + e.getMessage());
    }

    /** Nothing to do but for the event: the status shows CrashLoopBackOff by itself. */
    void showBackOff(ContainerSlot slot) {
        if (slot.state instanceof State.Terminated && slot.backOff.failures() > 1) {
            event(worker.pod(), slot, true, "BackOff", "Back-off restarting failed container " + slot.name());
        }
    }

    /** Lets a container end by itself within {@code graceSeconds}: preStop hook, SIGTERM, then SIGKILL. */
    void stop(Pod pod, ContainerSlot slot, long graceSeconds) {
        if (!(slot.state instanceof State.Running running)) {
            return;
        }
        slot.stopping = true;
        RunningContainer run = running.run();
        if (graceSeconds <= 0) {
            run.signal(Signals.KILL);
            return;
        }
        event(pod, slot, false, "Killing", "Stopping container " + slot.name());
        node.threads().timer().schedule(() -> killIfAlive(run), graceSeconds, TimeUnit.SECONDS);
        Lifecycle lifecycle = slot.spec.getLifecycle();
        Target target = new Target(address(), slot.spec, run::entry);
        node.threads().workers().execute(() -> {
            if (lifecycle != null && lifecycle.getPreStop() != null) {
                Verdict verdict = Prober.hook(node.checks(), lifecycle.getPreStop(), target, (int) graceSeconds);
                if (!verdict.good()) {
                    event(pod, slot, true, "FailedPreStopHook", verdict.message());
                }
            }
            run.signal(Signals.TERM);
        });
    }

    private static void killIfAlive(RunningContainer run) {
        if (!run.exit().isDone()) {
            run.signal(Signals.KILL);
        }
    }

    /** Ends a container at once. One that is just starting is ended as soon as it runs. */
    void kill(ContainerSlot slot) {
        if (slot.state instanceof State.Running running) {
            running.run().signal(Signals.KILL);
        }
    }

    void event(Pod pod, ContainerSlot slot, boolean warning, String reason, String message) {
        node.events().container(node.source(), pod, slot.name(), warning, reason, message);
    }
}
