package io.hyaline.model;

/** One port of a Service; {@code name} is empty for the single unnamed port. */
public record ServicePort(String name, int port, TargetPort target, Protocol protocol) {}
