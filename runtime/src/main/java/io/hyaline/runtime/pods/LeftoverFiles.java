package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an earlier run of this machine's nodes has left on disk. Its processes are gone, whatever ended them. */
public final class LeftoverFiles {

    private static final Logger log = LoggerFactory.getLogger(LeftoverFiles.class);

    private LeftoverFiles() {}

    /** Deletes the files of pods that are no more, and the layers (not the logs) of those that are to run again. */
    public static void clean(Path state, Collection<Pod> pods) {
        Set<String> known = pods.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet());
        try {
            for (Path directory : PodFiles.list(state.resolve("pods"))) {
                if (known.contains(directory.getFileName().toString())) {
                    PodFiles.deleteLayers(directory);
                } else {
                    PodFiles.delete(directory);
                }
            }
        } catch (IOException e) {
            log.warn("old files below {} are not wholly deleted: {}", state, e.toString());
        }
    }
}
