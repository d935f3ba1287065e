package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Removes pods that nobody will end: those of nodes that are no more, and terminating ones that never got a node. */
final class PodGc {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ControllerContext context;
    private final ControlLoop loop;

    PodGc(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("podgc", this::reconcile);
    }

    void start() {
        context.informers().pods.addEventHandler(new OnChange<>((before, after) -> {
            if (after != null && orphan(after)) {
                loop.enqueueAfter(Key.of(after), PATIENCE);
            }
        }));
        context.informers().nodes.addEventHandler(new OnChange<>((before, after) -> {
            if (after == null) {
                String gone = Objects.requireNonNull(before).getMetadata().getName();
                context.informers().pods.getStore().list().stream()
                        .filter(p -> gone.equals(p.getSpec().getNodeName()))
                        .forEach(p -> loop.enqueueAfter(Key.of(p), PATIENCE));
            }
        }));
    }

    private boolean orphan(Pod pod) {
        return Pods.assigned(pod)
                ? context.informers().nodes.getStore().getByKey(pod.getSpec().getNodeName()) == null
                : Pods.terminating(pod);
    }

    private @Nullable Duration reconcile(Key key) {
        Pod pod = context.informers().pods.getStore().getByKey(key.inStore());
        if (pod != null && orphan(pod)) {
            context.client().resource(pod).withGracePeriod(0).delete();
        }
        return null;
    }
}
