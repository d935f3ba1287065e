package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Informers;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** What the controllers share. */
record ControllerContext(
        KubernetesClient client,
        Informers informers,
        EventRecorder events,
        Clock clock,
        ScheduledExecutorService timer,
        List<ControlLoop> loops) {

    /** A loop that starts and ends with the others. */
    ControlLoop loop(String name, ControlLoop.Step step) {
        ControlLoop loop = new ControlLoop(name, timer, step);
        loops.add(loop);
        return loop;
    }
}
