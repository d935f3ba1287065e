package io.hyaline.cli.cluster;

import java.util.List;
import java.util.function.Consumer;

/** Installs the images of the samples while the network is still there: a cluster's own namespace may have none. */
public final class Images {

    private static final List<String> SAMPLES = List.of("docker.io/citizenstig/httpbin", "curlimages/curl");

    private Images() {}

    /** Installs what is missing; says so, because the first time takes a while. */
    public static void prepare(Home home, Consumer<String> progress) {
        io.hyaline.runtime.images.Images images = io.hyaline.runtime.images.Images.in(home.imagesHome());
        for (String name : SAMPLES) {
            if (!images.present(name)) {
                progress.accept("  installing image " + name + " (once)");
                images.pull(name);
            }
        }
    }
}
