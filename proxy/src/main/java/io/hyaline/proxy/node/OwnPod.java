package io.hyaline.proxy.node;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.hyaline.proxy.bootstrap.BootstrapException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code hyaline proxy --sidecar FILE}: the sidecar of the pod that this process is in. */
public final class OwnPod implements AutoCloseable {

    private final Shared shared;
    private final Pod pod;

    private OwnPod(Shared shared, Pod pod) {
        this.shared = shared;
        this.pod = pod;
    }

    /**
     * Opens the sidecar that {@code description} describes: a JSON object as of the node's {@code add}, without
     * {@code netns} and {@code log}.
     *
     * @param quit called, on an event loop, when the application ends its sidecar
     * @throws IllegalArgumentException naming the field that is missing or wrong
     */
    public static OwnPod open(Path description, int loopCount, Runnable quit) throws IOException, BootstrapException {
        PodSpec spec = PodSpec.ofOwn(read(description));
        Shared shared = Shared.start(loopCount);
        try {
            return new OwnPod(shared, Pod.open(spec, shared, quit));
        } catch (IOException | BootstrapException | RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    private static JsonObject read(Path file) throws IOException {
        try {
            return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException(file + " is no JSON object: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        pod.close();
        shared.close();
    }
}
