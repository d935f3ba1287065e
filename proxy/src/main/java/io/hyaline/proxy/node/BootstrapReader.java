package io.hyaline.proxy.node;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import java.io.IOException;
import java.nio.file.Path;

/** Reads an Envoy v3 bootstrap. */
@FunctionalInterface
interface BootstrapReader {

    /** @throws IllegalArgumentException when the file is read but cannot be understood */
    Bootstrap read(Path file) throws IOException;
}
