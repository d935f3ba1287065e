package io.hyaline.apiserver.defaults;

import static io.hyaline.apiserver.json.Json.fill;

import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and pod templates. */
final class PodDefaults {
    private static final int FILE_MODE = 420; // octal 0644

    private PodDefaults() {}

    static void spec(ObjectNode spec) {
        fill(spec, "restartPolicy", "Always");
        fill(spec, "terminationGracePeriodSeconds", 30);
        fill(spec, "dnsPolicy", "ClusterFirst");
        Json.child(spec, "securityContext");
        fill(spec, "schedulerName", "default-scheduler");
        String account = Json.string(spec, "serviceAccountName");
        if (account.isEmpty()) {
            account = Json.string(spec, "serviceAccount");
        }
        if (!account.isEmpty()) {
            spec.put("serviceAccountName", account).put("serviceAccount", account);
        }
        boolean hostNetwork = Json.truth(spec, "hostNetwork");
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            Json.objects(spec, list).forEach(container -> container(container, hostNetwork));
        }
        Json.objects(spec, "volumes").forEach(PodDefaults::volume);
    }

    /** What a pod has and a template has not. */
    static void pod(ObjectNode pod) {
        ObjectNode spec = Json.child(pod, "spec");
        spec(spec);
        fill(spec, "enableServiceLinks", true);
        if (pod.get("status") instanceof ObjectNode status) {
            addresses(status);
        }
    }

    /** The first of all addresses is the one; agents may report either. */
    private static void addresses(ObjectNode status) {
        String first = Json.string(status, "podIP");
        List<ObjectNode> all = Json.objects(status, "podIPs");
        if (!first.isEmpty()
                && (all.isEmpty() || !Json.string(all.getFirst(), "ip").equals(first))) {
            status.putArray("podIPs").addObject().put("ip", first);
        } else if (first.isEmpty() && !all.isEmpty()) {
            status.put("podIP", Json.string(all.getFirst(), "ip"));
        }
    }

    private static void container(ObjectNode container, boolean hostNetwork) {
        fill(container, "imagePullPolicy", pullPolicy(Json.string(container, "image")));
        fill(container, "terminationMessagePath", "/dev/termination-log");
        fill(container, "terminationMessagePolicy", "File");
        ObjectNode resources = Json.child(container, "resources");
        for (var limit : Json.at(resources, "limits").properties()) {
            ObjectNode requests = Json.child(resources, "requests");
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
        for (ObjectNode port : Json.objects(container, "ports")) {
            fill(port, "protocol", "TCP");
            if (hostNetwork && port.has("containerPort")) {
                fill(port, "hostPort", Json.number(port, 0, "containerPort"));
            }
        }
        for (ObjectNode variable : Json.objects(container, "env")) {
            fieldRef(Json.at(variable, "valueFrom"));
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode there) {
                probe(there);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            httpGet(Json.at(container, "lifecycle", hook));
        }
    }

    private static String pullPolicy(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !name.contains("@") && (!name.contains(":") || name.endsWith(":latest"));
        return latest ? "Always" : "IfNotPresent";
    }

    private static void probe(ObjectNode probe) {
        fill(probe, "timeoutSeconds", 1);
        fill(probe, "periodSeconds", 10);
        fill(probe, "successThreshold", 1);
        fill(probe, "failureThreshold", 3);
        httpGet(probe);
        if (probe.get("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
            grpc.put("service", "");
        }
    }

    private static void httpGet(JsonNode handler) {
        if (handler.path("httpGet") instanceof ObjectNode get) {
            fill(get, "path", "/");
            fill(get, "scheme", "HTTP");
        }
    }

    private static void fieldRef(JsonNode source) {
        if (source.path("fieldRef") instanceof ObjectNode field) {
            fill(field, "apiVersion", "v1");
        }
        if (source.path("resourceFieldRef") instanceof ObjectNode field) {
            fill(field, "divisor", "0");
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        for (String kind : List.of("secret", "configMap", "projected", "downwardAPI")) {
            if (volume.get(kind) instanceof ObjectNode source) {
                fill(source, "defaultMode", FILE_MODE);
                Json.objects(source, "items").forEach(PodDefaults::fieldRef);
            }
        }
        for (ObjectNode source : Json.objects(volume, "projected", "sources")) {
            if (source.get("serviceAccountToken") instanceof ObjectNode token) {
                fill(token, "expirationSeconds", 3600);
            }
            Json.objects(source, "downwardAPI", "items").forEach(PodDefaults::fieldRef);
        }
        if (volume.get("hostPath") instanceof ObjectNode hostPath && !hostPath.has("type")) {
            hostPath.put("type", "");
        }
    }

    /** Guaranteed, Burstable or BestEffort. */
    static String quality(ObjectNode spec) {
        List<ObjectNode> containers = new ArrayList<>(Json.objects(spec, "containers"));
        containers.addAll(Json.objects(spec, "initContainers"));
        boolean any = false;
        boolean guaranteed = true;
        for (ObjectNode container : containers) {
            JsonNode requests = Json.at(container, "resources", "requests");
            JsonNode limits = Json.at(container, "resources", "limits");
            for (String name : Set.of("cpu", "memory")) {
                any |= requests.has(name) || limits.has(name);
                guaranteed &= limits.has(name)
                        && (!requests.has(name) || requests.path(name).equals(limits.path(name)));
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }
}
