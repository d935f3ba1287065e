package io.hyaline.apiserver.defaults;

import static io.hyaline.apiserver.json.Json.fill;

import io.hyaline.apiserver.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Deployments and the other kinds that make pods. */
final class WorkloadDefaults {
    private WorkloadDefaults() {}

    static void template(ObjectNode spec) {
        if (spec.get("template") instanceof ObjectNode template && template.get("spec") instanceof ObjectNode pod) {
            PodDefaults.spec(pod);
        }
    }

    static void deployment(ObjectNode spec) {
        fill(spec, "replicas", 1);
        fill(spec, "revisionHistoryLimit", 10);
        fill(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Json.child(spec, "strategy");
        fill(strategy, "type", "RollingUpdate");
        if (Json.string(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            quarter(rolling, "maxSurge");
            quarter(rolling, "maxUnavailable");
        }
        template(spec);
    }

    /** These may be numbers or percentages. */
    private static void quarter(ObjectNode node, String name) {
        if (!node.has(name)) {
            node.put(name, "25%");
        }
    }

    static void replicas(ObjectNode spec) {
        fill(spec, "replicas", 1);
        template(spec);
    }

    static void replicationController(ObjectNode object, ObjectNode spec) {
        replicas(spec);
        ObjectNode labels = Json.child(spec, "template", "metadata", "labels");
        if (!spec.has("selector") && !labels.isEmpty()) {
            spec.set("selector", labels.deepCopy());
        }
        if (!Json.has(object, "metadata", "labels") && !labels.isEmpty()) {
            Json.child(object, "metadata").set("labels", labels.deepCopy());
        }
    }

    static void daemonSet(ObjectNode spec) {
        fill(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Json.child(spec, "updateStrategy");
        fill(strategy, "type", "RollingUpdate");
        if (Json.string(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            fill(rolling, "maxSurge", 0);
            fill(rolling, "maxUnavailable", 1);
        }
        template(spec);
    }

    static void statefulSet(ObjectNode spec) {
        fill(spec, "replicas", 1);
        fill(spec, "revisionHistoryLimit", 10);
        fill(spec, "podManagementPolicy", "OrderedReady");
        ObjectNode strategy = Json.child(spec, "updateStrategy");
        fill(strategy, "type", "RollingUpdate");
        if (Json.string(strategy, "type").equals("RollingUpdate")) {
            fill(Json.child(strategy, "rollingUpdate"), "partition", 0);
        }
        ObjectNode retention = Json.child(spec, "persistentVolumeClaimRetentionPolicy");
        fill(retention, "whenDeleted", "Retain");
        fill(retention, "whenScaled", "Retain");
        template(spec);
    }

    static void job(ObjectNode object, ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            fill(spec, "completions", 1);
        }
        fill(spec, "parallelism", 1);
        fill(spec, "backoffLimit", 6);
        fill(spec, "completionMode", "NonIndexed");
        fill(spec, "suspend", false);
        fill(spec, "manualSelector", false);
        fill(spec, "podReplacementPolicy", "TerminatingOrFailed");
        String uid = Json.string(object, "metadata", "uid");
        if (!Json.truth(spec, "manualSelector") && !spec.has("selector") && !uid.isEmpty()) {
            ObjectNode labels = Json.child(spec, "template", "metadata", "labels");
            String name = Json.string(object, "metadata", "name");
            labels.put("controller-uid", uid)
                    .put("job-name", name)
                    .put("batch.kubernetes.io/controller-uid", uid)
                    .put("batch.kubernetes.io/job-name", name);
            Json.child(spec, "selector", "matchLabels").put("batch.kubernetes.io/controller-uid", uid);
        }
        template(spec);
    }

    static void cronJob(ObjectNode spec) {
        fill(spec, "concurrencyPolicy", "Allow");
        fill(spec, "suspend", false);
        fill(spec, "successfulJobsHistoryLimit", 3);
        fill(spec, "failedJobsHistoryLimit", 1);
        template(Json.child(spec, "jobTemplate", "spec"));
    }
}
