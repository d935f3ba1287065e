package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.schema.SchemaValidation;
import io.hyaline.apiserver.status.FieldError;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Finds what is wrong with an object that has its defaults. */
public final class Validation {
    private Validation() {}

    public static List<FieldError> created(Resource resource, ObjectNode object) {
        Findings findings = new Findings();
        check(resource, object, findings);
        return findings.errors();
    }

    public static List<FieldError> updated(Resource resource, ObjectNode object, ObjectNode old) {
        Findings findings = new Findings();
        check(resource, object, findings);
        switch (resource.storage()) {
            case "pods" -> PodRules.updated(object, old, findings);
            case "deployments.apps", "replicasets.apps", "daemonsets.apps", "statefulsets.apps" ->
                WorkloadRules.updated(object, old, findings);
            case "services" -> ServiceRules.updated(object, old, findings);
            case "endpointslices.discovery.k8s.io" -> EndpointRules.updated(object, old, findings);
            case "configmaps", "secrets" -> OtherRules.dataUpdated(object, old, findings);
            case "jobs.batch" -> WorkloadRules.updated(object, old, findings);
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                findings.immutable(object.path("roleRef"), old.path("roleRef"), "roleRef");
            default -> {}
        }
        return findings.errors();
    }

    /** Of a write to the status subresource. */
    public static List<FieldError> reported(Resource resource, ObjectNode object) {
        Findings findings = new Findings();
        switch (resource.storage()) {
            case "pods" -> StatusRules.pod(object, findings);
            case "services" -> StatusRules.service(object, findings);
            default -> {}
        }
        return findings.errors();
    }

    /** What the caller shall hear about an object that is taken. */
    public static List<String> warnings(Resource resource, ObjectNode object) {
        return resource.is("services") ? Warnings.service(object) : List.of();
    }

    private static void check(Resource resource, ObjectNode object, Findings findings) {
        MetadataRules.check(resource, object, findings);
        if (resource.custom() != null) {
            SchemaValidation.check(resource.custom().openApiSchema(), object).forEach(findings::add);
            return;
        }
        switch (resource.storage()) {
            case "pods" -> PodRules.spec(object.path("spec"), "spec", findings);
            case "deployments.apps", "replicasets.apps", "daemonsets.apps", "statefulsets.apps" ->
                WorkloadRules.check(object, findings);
            case "jobs.batch" -> WorkloadRules.job(object, findings);
            case "services" -> ServiceRules.check(object, findings);
            case "endpointslices.discovery.k8s.io" -> EndpointRules.slice(object, findings);
            case "configmaps" -> OtherRules.data(object, false, findings);
            case "secrets" -> OtherRules.data(object, true, findings);
            case "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                    "validatingwebhookconfigurations.admissionregistration.k8s.io" ->
                OtherRules.webhooks(object, findings);
            default -> {}
        }
    }
}
