package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Informers;
import java.time.Clock;
import java.util.ArrayList;
import java.util.concurrent.Executors;

/** All controllers of a cluster. */
public final class Controllers implements AutoCloseable {

    private final ControllerContext context;

    private Controllers(ControllerContext context) {
        this.context = context;
    }

    /** Starts them on watches that have been started already. */
    public static Controllers start(KubernetesClient client, Informers informers, EventRecorder events, Clock clock) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("controllers-timer").daemon().factory());
        ControllerContext context = new ControllerContext(client, informers, events, clock, timer, new ArrayList<>());
        new Namespaces(context).start();
        new Deployments(context).start();
        new ReplicaSets(context).start();
        new DaemonSets(context).start();
        new Scheduler(context).start();
        new EndpointSlices(context).start();
        new PodGc(context).start();
        context.loops().forEach(ControlLoop::start);
        return new Controllers(context);
    }

    @Override
    public void close() {
        context.loops().forEach(ControlLoop::close);
        context.timer().shutdownNow();
    }
}
