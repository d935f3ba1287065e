package io.hyaline.it.generated;

import io.hyaline.pilot.json.EnvoyJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Dynamic resources as one static bootstrap: what comes by RDS, EDS and SDS stands where it is asked for, so that a proxy
 * looks at all of it without a control plane.
 */
final class StaticForm {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, JsonNode> routes = new HashMap<>();
    private final Map<String, JsonNode> endpoints = new HashMap<>();
    private final ArrayNode clusters = JSON.createArrayNode();
    private final ArrayNode listeners = JSON.createArrayNode();

    private StaticForm() {}

    /** @param secrets the text of {@code static_resources.secrets} */
    static String of(List<? extends com.google.protobuf.Message> resources, String secrets) {
        StaticForm form = new StaticForm();
        resources.stream().map(m -> JSON.readTree(EnvoyJson.print(m))).forEach(form::sort);
        form.clusters.forEach(c -> form.fixed((ObjectNode) c));
        form.listeners.forEach(form::inlined);
        form.clusters.forEach(form::inlined);
        ObjectNode statics = JSON.createObjectNode();
        statics.set("clusters", form.clusters);
        statics.set("listeners", form.listeners);
        statics.set("secrets", JSON.readTree(secrets));
        ObjectNode bootstrap = JSON.createObjectNode();
        bootstrap.set("static_resources", statics);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bootstrap);
    }

    private void sort(JsonNode node) {
        if (node.has("cluster_name")) {
            endpoints.put(node.get("cluster_name").asString(), node);
        } else if (node.has("virtual_hosts")) {
            routes.put(node.get("name").asString(), node);
        } else if (node.has("address")) {
            listeners.add(node);
        } else {
            clusters.add(node);
        }
    }

    private void fixed(ObjectNode cluster) {
        if (cluster.path("type").asString("").equals("EDS")) {
            String name = cluster.get("eds_cluster_config").get("service_name").asString();
            cluster.put("type", "STATIC");
            cluster.remove("eds_cluster_config");
            ObjectNode assignment = JSON.createObjectNode();
            assignment.put("cluster_name", name);
            JsonNode known = endpoints.get(name);
            if (known != null && known.has("endpoints")) {
                assignment.set("endpoints", known.get("endpoints"));
            }
            cluster.set("load_assignment", assignment);
        }
    }

    private void inlined(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("sds_config");
            JsonNode rds = object.remove("rds");
            if (rds != null) {
                JsonNode named = routes.get(rds.get("route_config_name").asString());
                object.set("route_config", named == null ? JSON.createObjectNode() : named);
            }
        }
        node.forEach(this::inlined);
    }
}
