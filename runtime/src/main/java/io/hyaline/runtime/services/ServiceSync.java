package io.hyaline.runtime.services;

import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.net.NodeNet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the rules of every node as services and endpoints are; changes that come together are applied together. */
public final class ServiceSync {

    private static final Logger log = LoggerFactory.getLogger(ServiceSync.class);
    private static final long GATHER_MILLIS = 20;
    private static final long RETRY_MILLIS = 1000;

    private final Informers informers;
    private final List<NodeNet> nodes;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean due = new AtomicBoolean();
    private List<ServicePortView> applied = List.of();

    public ServiceSync(Informers informers, List<NodeNet> nodes, ScheduledExecutorService timer) {
        this.informers = informers;
        this.nodes = List.copyOf(nodes);
        this.timer = timer;
    }

    /** Applies what is there, and then every change. */
    public void start() {
        apply(ServiceViews.of(
                informers.services.getStore().list(),
                informers.slices.getStore().list()));
        informers.services.addEventHandler(new OnChange<>((before, after) -> changed(GATHER_MILLIS)));
        informers.slices.addEventHandler(new OnChange<>((before, after) -> changed(GATHER_MILLIS)));
    }

    private void changed(long delayMillis) {
        if (!timer.isShutdown() && due.compareAndSet(false, true)) {
            timer.schedule(this::sync, delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void sync() {
        due.set(false);
        List<ServicePortView> ports = ServiceViews.of(
                informers.services.getStore().list(),
                informers.slices.getStore().list());
        if (ports.equals(applied)) {
            return;
        }
        try {
            apply(ports);
        } catch (RuntimeException e) {
            log.warn("service rules were not applied; trying again", e);
            changed(RETRY_MILLIS);
        }
    }

    private void apply(List<ServicePortView> ports) {
        for (NodeNet node : nodes) {
            node.rules(new ServiceRules(node.plan(), node.number()).text(ports));
        }
        applied = ports;
    }
}
