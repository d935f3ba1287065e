package io.hyaline.model;

import org.jspecify.annotations.Nullable;

/** One address behind one port of a Service; {@code pod} is null when no pod is named for it. */
public record Endpoint(
        String portName,
        String address,
        int port,
        boolean ready,
        @Nullable ObjectKey pod) {}
