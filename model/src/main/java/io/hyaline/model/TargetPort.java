package io.hyaline.model;

/** The port of the pods behind a service port. */
public sealed interface TargetPort {
    record Numbered(int port) implements TargetPort {}

    /** A container port by its name; each pod may resolve it differently. */
    record Named(String name) implements TargetPort {}
}
