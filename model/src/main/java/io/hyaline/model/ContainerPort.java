package io.hyaline.model;

/** A port that a pod declares; {@code name} may be empty. */
public record ContainerPort(String name, int port) {}
