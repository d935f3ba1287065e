package io.hyaline.cli.cluster;

import java.util.List;
import java.util.function.Consumer;

/** Installs images while the network is still there: a cluster's own namespace may have none. */
public final class Images {

    private static final List<String> SAMPLES = List.of("docker.io/citizenstig/httpbin", "curlimages/curl");

    private Images() {}

    /** Installs what the samples need. */
    public static void prepare(Home home, Consumer<String> progress) {
        prepare(home, SAMPLES, progress);
    }

    /** Installs what is missing for {@code names}; says so, because the first time takes a while. */
    public static void prepare(Home home, List<String> names, Consumer<String> progress) {
        io.hyaline.runtime.images.Images images = io.hyaline.runtime.images.Images.in(home.imagesHome());
        for (String name : names) {
            if (!images.present(name)) {
                progress.accept("  installing image " + name + " (once)");
                images.pull(name);
            }
        }
    }
}
