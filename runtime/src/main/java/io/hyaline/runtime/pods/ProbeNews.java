package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.sandbox.RunningContainer;

/** Carries what the probes of one run find to the pod's worker. */
record ProbeNews(PodRuns runs, PodWorker worker, Pod pod, ContainerSlot slot, RunningContainer run)
        implements Prober.Listener {

    @Override
    public void started() {
        worker.post(() -> {
            if (PodRuns.isCurrent(slot, run)) {
                slot.started = true;
            }
        });
    }

    @Override
    public void ready(boolean ready) {
        worker.post(() -> {
            if (PodRuns.isCurrent(slot, run)) {
                slot.ready = ready;
            }
        });
    }

    @Override
    public void failed(String probe, String message) {
        worker.post(() -> runs.restart(pod, slot, run));
    }

    @Override
    public void unhealthy(String probe, String message) {
        runs.event(pod, slot, true, "Unhealthy", probe + " probe failed: " + message);
    }
}
