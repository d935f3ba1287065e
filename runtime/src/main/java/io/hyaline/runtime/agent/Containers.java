package io.hyaline.runtime.agent;

import java.util.Optional;

/** The containers of a node, as the agent sees them. */
public interface Containers {

    /** Empty when this node runs no such pod, or the pod has no such container. Init containers are found too. */
    Optional<ContainerView> find(String namespace, String pod, String container);
}
