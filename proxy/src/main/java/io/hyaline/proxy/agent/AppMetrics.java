package io.hyaline.proxy.agent;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import org.jspecify.annotations.Nullable;

/** Where the application has metrics of its own, by the {@code prometheus.io} annotations that injection took over. */
public record AppMetrics(int port, String path) {

    /** The variable of the sidecar's container that holds them. */
    public static final String VARIABLE = "ISTIO_PROMETHEUS_ANNOTATIONS";

    private static final String DEFAULT_PORT = "80";
    private static final String DEFAULT_PATH = "/metrics";

    /**
     * Reads {@code {"scrape": "true", "path": "/metrics", "port": "80"}}, in which each may be missing; null when the application is not
     * to be scraped.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static @Nullable AppMetrics parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        JsonObject json;
        try {
            json = JsonParser.parseString(text).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException(VARIABLE + " is no JSON object: " + text, e);
        }
        String scrape = field(json, "scrape", "true");
        String port = field(json, "port", DEFAULT_PORT);
        String path = field(json, "path", DEFAULT_PATH);
        if (!scrape.equalsIgnoreCase("true")) {
            return null;
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(VARIABLE + ": port '" + port + "' is not from 1 to 65535");
        }
        for (AgentPort own : AgentPort.values()) {
            if (own.number() == Integer.parseInt(port)) {
                throw new IllegalArgumentException(VARIABLE + ": port " + port + " is the sidecar's own");
            }
        }
        return new AppMetrics(Integer.parseInt(port), path.startsWith("/") ? path : "/" + path);
    }

    private static String field(JsonObject json, String name, String absent) {
        String text = json.has(name) && json.get(name).isJsonPrimitive()
                ? json.get(name).getAsString()
                : "";
        return text.isEmpty() ? absent : text;
    }
}
