package io.hyaline.proxy.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.hyaline.linux.LinuxException;
import io.hyaline.proxy.bootstrap.BootstrapException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pods of a node, and the requests that change them. Used on the node thread only. */
final class Pods implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pods.class);

    private final Shared shared;
    private final Executor thread;
    private final Map<String, Pod> pods = new LinkedHashMap<>();

    /** @param thread the node thread, for what event loops ask */
    Pods(Shared shared, Executor thread) {
        this.shared = shared;
        this.thread = thread;
    }

    /** The reply to one line. */
    String answer(String line) {
        JsonObject reply = new JsonObject();
        try {
            JsonElement request = JsonParser.parseString(line);
            if (!request.isJsonObject()) {
                throw new IllegalArgumentException("expected a JSON object");
            }
            perform(request.getAsJsonObject(), reply);
            reply.addProperty("ok", true);
        } catch (JsonParseException e) {
            refuse(reply, "not JSON: " + e.getMessage());
        } catch (IOException
                | BootstrapException
                | IllegalArgumentException
                | IllegalStateException
                | LinuxException e) {
            refuse(reply, e instanceof NoSuchFileException ? "no such file: " + e.getMessage() : "" + e.getMessage());
        }
        return reply.toString();
    }

    /** The reply to a line that was too long to be read. */
    static String tooLong(int limit) {
        JsonObject reply = new JsonObject();
        refuse(reply, "line longer than " + limit + " bytes");
        return reply.toString();
    }

    private void perform(JsonObject request, JsonObject reply) throws IOException, BootstrapException {
        String op = PodSpec.text(request, "op");
        switch (op) {
            case "add" -> {
                reply.addProperty("id", PodSpec.text(request, "id"));
                add(PodSpec.ofNode(request));
            }
            case "remove" -> {
                String id = PodSpec.text(request, "id");
                reply.addProperty("id", id);
                remove(id);
            }
            case "drain" -> {
                String id = PodSpec.text(request, "id");
                reply.addProperty("id", id);
                Pod pod = pods.get(id);
                boolean close = request.has("close") && request.get("close").getAsBoolean();
                reply.addProperty("connections", pod == null ? 0 : pod.drain(close));
            }
            case "list" -> {
                JsonArray ids = new JsonArray();
                pods.keySet().forEach(ids::add);
                reply.add("ids", ids);
            }
            default ->
                throw new IllegalArgumentException("unknown op '" + op + "': expected add, drain, remove or list");
        }
    }

    private void add(PodSpec spec) throws IOException, BootstrapException {
        remove(spec.id());
        pods.put(spec.id(), Pod.open(spec, shared, () -> thread.execute(() -> remove(spec.id()))));
        LOG.info("{}: added", spec.pod());
    }

    private void remove(String id) {
        Pod pod = pods.remove(id);
        if (pod != null) {
            pod.close();
            LOG.info("{}: removed", id);
        }
    }

    private static void refuse(JsonObject reply, String reason) {
        reply.addProperty("ok", false);
        reply.addProperty("error", reason);
    }

    @Override
    public void close() {
        pods.values().forEach(Pod::close);
        pods.clear();
    }
}
