package io.hyaline.runtime.sidecar;

import java.nio.file.Path;

/** Who carries the traffic of pods. */
public sealed interface Sidecars {

    /** Nobody: what injection adds to a pod is not honoured. */
    record None() implements Sidecars {}

    /**
     * One process for all pods of a node.
     *
     * @param node takes the control socket's path as {@code --node-socket}
     */
    record Shared(Program node) implements Sidecars {}

    /**
     * One process for each pod, inside it. Gateways share one for each node.
     *
     * @param pod takes the sidecar's description as {@code --sidecar}
     * @param gateways takes the control socket's path as {@code --node-socket}
     */
    record Dedicated(Program pod, Program gateways) implements Sidecars {}

    /**
     * An Envoy for each pod, inside it, and one process for the agents of all pods of a node and for its gateways.
     *
     * @param binary Envoy itself
     * @param node takes the control socket's path as {@code --node-socket}
     */
    record Envoy(Path binary, Program node) implements Sidecars {}
}
