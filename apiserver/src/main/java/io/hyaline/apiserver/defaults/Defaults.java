package io.hyaline.apiserver.defaults;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import tools.jackson.databind.node.ObjectNode;

/** Fills in what a user left out, kind by kind. Doing it twice changes nothing. */
public final class Defaults {
    private Defaults() {}

    public static void apply(Resource resource, ObjectNode object) {
        ObjectNode spec = object.get("spec") instanceof ObjectNode there ? there : Json.object();
        switch (resource.storage()) {
            case "pods" -> PodDefaults.pod(object);
            case "deployments.apps" -> WorkloadDefaults.deployment(spec);
            case "replicasets.apps" -> WorkloadDefaults.replicas(spec);
            case "replicationcontrollers" -> WorkloadDefaults.replicationController(object, spec);
            case "daemonsets.apps" -> WorkloadDefaults.daemonSet(spec);
            case "statefulsets.apps" -> WorkloadDefaults.statefulSet(spec);
            case "jobs.batch" -> WorkloadDefaults.job(object, spec);
            case "cronjobs.batch" -> WorkloadDefaults.cronJob(spec);
            case "services" -> ServiceDefaults.service(spec);
            case "endpoints" -> ServiceDefaults.endpoints(object);
            case "endpointslices.discovery.k8s.io" -> ServiceDefaults.slice(object);
            case "secrets" -> OtherDefaults.secret(object);
            case "namespaces" -> OtherDefaults.namespace(object);
            case "persistentvolumeclaims" -> OtherDefaults.claim(object, spec);
            case "persistentvolumes" -> OtherDefaults.volume(object, spec);
            case "networkpolicies.networking.k8s.io" -> OtherDefaults.networkPolicy(spec);
            case "horizontalpodautoscalers.autoscaling" -> Json.fill(spec, "minReplicas", 1);
            case "mutatingwebhookconfigurations.admissionregistration.k8s.io" -> OtherDefaults.webhooks(object, true);
            case "validatingwebhookconfigurations.admissionregistration.k8s.io" ->
                OtherDefaults.webhooks(object, false);
            case "customresourcedefinitions.apiextensions.k8s.io" -> OtherDefaults.definition(spec);
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                OtherDefaults.roleBinding(object);
            default -> {}
        }
    }

    /** Takes away what an object had in its old state only because of what it was then. */
    public static void changed(Resource resource, ObjectNode object, ObjectNode old) {
        if (resource.is("services")) {
            ServiceChanges.leave(Json.child(object, "spec"), old.path("spec"));
        }
    }

    /** What only a new object gets. */
    public static void created(Resource resource, ObjectNode object) {
        switch (resource.storage()) {
            case "pods" -> {
                ObjectNode status = object.putObject("status").put("phase", "Pending");
                status.put("qosClass", PodDefaults.quality(Json.child(object, "spec")));
            }
            case "namespaces" -> Json.child(object, "spec").set("finalizers", Json.array("kubernetes"));
            case "services" -> object.putObject("status").putObject("loadBalancer");
            case "deployments.apps", "daemonsets.apps", "statefulsets.apps" -> object.putObject("status");
            case "replicasets.apps", "replicationcontrollers" ->
                object.putObject("status").put("replicas", 0);
            default -> {}
        }
    }
}
