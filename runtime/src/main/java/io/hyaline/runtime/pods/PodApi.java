package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/** What a node writes about its pods. */
public interface PodApi {

    /** Returns false when the pod is gone, or another of the same name has taken its place. */
    boolean publish(Pod pod, PodStatus status);

    /** The pod has ended on its node; nothing of it is left but the object. */
    void remove(Pod pod);
}
