package io.hyaline.inject;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What a person calls the thing that a pod belongs to: the Deployment, not the ReplicaSet. */
record Workload(String name, String kind, String apiVersion) {

    private static final Pattern CRON = Pattern.compile("(.+)-\\d{8,10}");

    static Workload of(Pod pod) {
        for (JsonNode owner : Tree.objects(pod.tree().path("metadata").path("ownerReferences"))) {
            if (owner.path("controller").asBoolean(false)) {
                return ofOwner(owner, pod.label("pod-template-hash", ""));
            }
        }
        JsonNode metadata = pod.tree().path("metadata");
        String name = Tree.text(metadata, "name");
        if (name.isEmpty()) {
            String generated = Tree.text(metadata, "generateName");
            name = generated.endsWith("-") ? generated.substring(0, generated.length() - 1) : generated;
        }
        return new Workload(name, "Pod", "v1");
    }

    private static Workload ofOwner(JsonNode owner, String hash) {
        String name = Tree.text(owner, "name");
        String kind = Tree.text(owner, "kind");
        String apiVersion = Tree.text(owner, "apiVersion");
        if (kind.equals("ReplicaSet") && !hash.isEmpty() && name.endsWith("-" + hash)) {
            return new Workload(name.substring(0, name.length() - hash.length() - 1), "Deployment", apiVersion);
        }
        Matcher cron = CRON.matcher(name);
        if (kind.equals("Job") && cron.matches()) {
            return new Workload(cron.group(1), "CronJob", apiVersion);
        }
        return new Workload(name, kind, apiVersion);
    }

    /** As in {@code kubernetes://apis/apps/v1/namespaces/default/deployments/httpbin}. */
    String owner(String namespace) {
        return "kubernetes://apis/" + apiVersion + "/namespaces/" + namespace + "/"
                + kind.toLowerCase(java.util.Locale.ROOT) + "s/" + name;
    }
}
