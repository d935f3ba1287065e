package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and pod templates. */
final class PodRules {
    private static final String IMMUTABLE = "pod updates may not change fields other than `spec.containers[*].image`,"
            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
            + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private PodRules() {}

    static void spec(JsonNode spec, String path, Findings findings) {
        findings.oneOf(spec, "restartPolicy", path, "Always", "OnFailure", "Never");
        findings.oneOf(spec, "dnsPolicy", path, "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
        findings.notNegative(spec, "terminationGracePeriodSeconds", path);
        Set<String> volumes = new HashSet<>();
        List<ObjectNode> declared = Json.objects(spec, "volumes");
        findings.unique(declared, "name", path + ".volumes");
        for (int i = 0; i < declared.size(); i++) {
            findings.text(declared.get(i), "name", path + ".volumes[" + i + "]", Syntax::label);
            volumes.add(Json.string(declared.get(i), "name"));
        }
        List<ObjectNode> containers = Json.objects(spec, "containers");
        if (containers.isEmpty()) {
            findings.add(FieldError.required(path + ".containers", ""));
        }
        List<ObjectNode> all = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            List<ObjectNode> some = Json.objects(spec, list);
            for (int i = 0; i < some.size(); i++) {
                container(some.get(i), path + "." + list + "[" + i + "]", volumes, findings);
            }
            all.addAll(some);
        }
        findings.unique(containers, "name", path + ".containers");
        if (containers.size() < all.size()) {
            findings.unique(all, "name", path + ".initContainers");
        }
    }

    private static void container(ObjectNode container, String path, Set<String> volumes, Findings findings) {
        findings.text(container, "name", path, Syntax::label);
        findings.text(container, "image", path, _ -> null);
        findings.oneOf(container, "imagePullPolicy", path, "Always", "IfNotPresent", "Never");
        List<ObjectNode> ports = Json.objects(container, "ports");
        findings.unique(ports, "name", path + ".ports");
        for (int i = 0; i < ports.size(); i++) {
            String here = path + ".ports[" + i + "]";
            if (!ports.get(i).has("containerPort")) {
                findings.add(FieldError.required(here + ".containerPort", ""));
            }
            findings.port(ports.get(i), "containerPort", here);
            if (Json.number(ports.get(i), 0, "hostPort") != 0) {
                findings.port(ports.get(i), "hostPort", here);
            }
            findings.oneOf(ports.get(i), "protocol", here, "SCTP", "TCP", "UDP");
            if (ports.get(i).has("name")) {
                findings.form(Json.string(ports.get(i), "name"), here + ".name", Syntax::portName);
            }
        }
        List<ObjectNode> variables = Json.objects(container, "env");
        for (int i = 0; i < variables.size(); i++) {
            findings.text(variables.get(i), "name", path + ".env[" + i + "]", Syntax::variable);
        }
        mounts(container, path, volumes, findings);
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            probe(container.path(probe), path + "." + probe, findings);
        }
    }

    private static void mounts(ObjectNode container, String path, Set<String> volumes, Findings findings) {
        List<ObjectNode> mounts = Json.objects(container, "volumeMounts");
        for (int i = 0; i < mounts.size(); i++) {
            String here = path + ".volumeMounts[" + i + "]";
            String name = Json.string(mounts.get(i), "name");
            if (name.isEmpty()) {
                findings.add(FieldError.required(here + ".name", ""));
            } else if (!volumes.contains(name)) {
                findings.add(new FieldError("FieldValueNotFound", here + ".name", "Not found: \"" + name + "\""));
            }
            findings.text(mounts.get(i), "mountPath", here, _ -> null);
        }
        findings.unique(mounts, "mountPath", path + ".volumeMounts");
    }

    private static void probe(JsonNode probe, String path, Findings findings) {
        if (probe.isMissingNode()) {
            return;
        }
        long handlers = List.of("exec", "httpGet", "tcpSocket", "grpc").stream()
                .filter(probe::has)
                .count();
        if (handlers == 0) {
            findings.add(FieldError.required(path, "must specify a handler type"));
        } else if (handlers > 1) {
            findings.add(FieldError.forbidden(path, "may not specify more than 1 handler type"));
        }
        findings.port(probe.path("httpGet"), "port", path + ".httpGet");
        findings.port(probe.path("tcpSocket"), "port", path + ".tcpSocket");
    }

    static void updated(ObjectNode pod, ObjectNode old, Findings findings) {
        if (!frozen(pod).equals(frozen(old))) {
            findings.add(FieldError.forbidden("spec", IMMUTABLE));
        }
    }

    /** The part of a pod that stays as it was made. */
    private static ObjectNode frozen(ObjectNode pod) {
        ObjectNode spec = Json.child(pod.deepCopy(), "spec");
        spec.remove(List.of(
                "activeDeadlineSeconds",
                "tolerations",
                "terminationGracePeriodSeconds",
                "ephemeralContainers",
                "nodeName",
                "schedulingGates"));
        for (String list : List.of("containers", "initContainers")) {
            Json.objects(spec, list).forEach(container -> container.remove("image"));
        }
        return spec;
    }
}
