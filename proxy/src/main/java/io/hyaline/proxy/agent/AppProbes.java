package io.hyaline.proxy.agent;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads ISTIO_KUBE_APP_PROBERS: path of the agent → the probe behind it. */
public final class AppProbes {

    public static final String VARIABLE = "ISTIO_KUBE_APP_PROBERS";

    private static final Pattern PATH =
            Pattern.compile("/app-(health/[^/]+/(livez|readyz|startupz)|lifecycle/[^/]+/(prestopz|poststartz))");
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final int COUNT_LIMIT = 256;

    private AppProbes() {}

    /** @throws IllegalArgumentException naming the path and field that is wrong */
    public static Map<String, AppProbe> parse(@Nullable String json) {
        if (json == null || json.isBlank()) {
            return Map.of();
        }
        Map<String, AppProbe> probes = new HashMap<>();
        try {
            JsonObject all = JsonParser.parseString(json).getAsJsonObject();
            if (all.size() > COUNT_LIMIT) {
                throw new IllegalArgumentException(VARIABLE + " holds more than " + COUNT_LIMIT + " probes");
            }
            for (Map.Entry<String, JsonElement> entry : all.entrySet()) {
                probes.put(
                        checked(entry.getKey()),
                        probe(entry.getKey(), entry.getValue().getAsJsonObject()));
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
            throw new IllegalArgumentException(VARIABLE + " is not what injection writes: " + e.getMessage(), e);
        }
        return Map.copyOf(probes);
    }

    private static String checked(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(VARIABLE + ": '" + path
                    + "' is not /app-health/<container>/{livez,readyz,startupz}"
                    + " or /app-lifecycle/<container>/{prestopz,poststartz}");
        }
        return path;
    }

    private static AppProbe probe(String path, JsonObject probe) {
        Duration timeout =
                probe.has("timeoutSeconds") && probe.get("timeoutSeconds").getAsInt() > 0
                        ? Duration.ofSeconds(probe.get("timeoutSeconds").getAsInt())
                        : DEFAULT_TIMEOUT;
        if (probe.has("httpGet")) {
            JsonObject get = probe.getAsJsonObject("httpGet");
            String target = text(get, "path");
            return new AppProbe.Http(
                    port(path, get),
                    timeout,
                    text(get, "scheme").equalsIgnoreCase("HTTPS"),
                    target.startsWith("/") ? target : "/" + target,
                    headers(get));
        }
        if (probe.has("tcpSocket")) {
            return new AppProbe.Tcp(port(path, probe.getAsJsonObject("tcpSocket")), timeout);
        }
        if (probe.has("grpc")) {
            JsonObject grpc = probe.getAsJsonObject("grpc");
            return new AppProbe.Grpc(port(path, grpc), timeout, text(grpc, "service"));
        }
        throw new IllegalArgumentException(VARIABLE + ": '" + path + "' needs httpGet, tcpSocket or grpc");
    }

    private static List<AppProbe.Header> headers(JsonObject get) {
        List<AppProbe.Header> headers = new ArrayList<>();
        JsonArray array = get.has("httpHeaders") ? get.getAsJsonArray("httpHeaders") : new JsonArray();
        for (JsonElement each : array) {
            headers.add(
                    new AppProbe.Header(text(each.getAsJsonObject(), "name"), text(each.getAsJsonObject(), "value")));
        }
        return List.copyOf(headers);
    }

    private static int port(String path, JsonObject action) {
        int port = action.has("port") ? action.get("port").getAsInt() : 0;
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    VARIABLE + ": '" + path + "' needs a port from 1 to 65535, found " + port);
        }
        return port;
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) && !object.get(field).isJsonNull()
                ? object.get(field).getAsString()
                : "";
    }
}
