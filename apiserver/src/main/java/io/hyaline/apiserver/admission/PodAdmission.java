package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Write;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What built-in admission does to new pods: the service account and its token, priority, tolerations. */
public final class PodAdmission {
    private static final String TOKEN_VOLUME = "kube-api-access-";
    private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String DEFAULT = "default";

    private final Store store;
    private final InstantSource clock;

    public PodAdmission(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** May run again after webhooks have added containers; what is there already stays. */
    public void admit(ObjectNode pod, String namespace) {
        ObjectNode spec = Json.child(pod, "spec");
        account(pod, spec, namespace);
        String priorityClass = Json.string(spec, "priorityClassName");
        int priority = switch (priorityClass) {
            case "system-node-critical" -> 2_000_001_000;
            case "system-cluster-critical" -> 2_000_000_000;
            default -> (int) Json.number(priorityClass(priorityClass), 0, "value");
        };
        Json.fill(spec, "priority", priority);
        Json.fill(spec, "preemptionPolicy", "PreemptLowerPriority");
        for (String taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            tolerate(spec, taint);
        }
    }

    private ObjectNode priorityClass(String name) {
        Stored stored = store.get(new Key("priorityclasses.scheduling.k8s.io", "", name));
        return stored == null ? Json.object() : stored.object();
    }

    private void account(ObjectNode pod, ObjectNode spec, String namespace) {
        if (Json.has(pod, "metadata", "annotations", "kubernetes.io/config.mirror")) {
            return;
        }
        Json.fill(spec, "serviceAccountName", DEFAULT);
        String name = Json.string(spec, "serviceAccountName");
        spec.put("serviceAccount", name);
        ObjectNode account = find(pod, namespace, name);
        if (!Json.has(spec, "imagePullSecrets") && account.path("imagePullSecrets") instanceof ArrayNode secrets) {
            spec.set("imagePullSecrets", secrets.deepCopy());
        }
        boolean wanted = spec.has("automountServiceAccountToken")
                ? Json.truth(spec, "automountServiceAccountToken")
                : !account.has("automountServiceAccountToken") || Json.truth(account, "automountServiceAccountToken");
        if (wanted) {
            mountToken(spec);
        }
    }

    /** The account; the one named default is made when the controller has not made it yet. */
    private ObjectNode find(ObjectNode pod, String namespace, String name) {
        Key key = new Key("serviceaccounts", namespace, name);
        Stored account = store.get(key);
        if (account != null) {
            return account.object();
        }
        if (!name.equals(DEFAULT)) {
            throw ApiException.forbidden(
                    "pods",
                    "",
                    Json.string(pod, "metadata", "name"),
                    "error looking up service account " + namespace + "/" + name + ": serviceaccount \"" + name
                            + "\" not found");
        }
        ObjectNode made = Json.object().put("kind", "ServiceAccount").put("apiVersion", "v1");
        made.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace)
                .put("uid", UUID.randomUUID().toString())
                .put(
                        "creationTimestamp",
                        DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(ChronoUnit.SECONDS)));
        store.write(new Write(key, 0, made)); // somebody else may have been faster, which is as good
        return made;
    }

    private static void mountToken(ObjectNode spec) {
        String volume = "";
        for (ObjectNode one : Json.objects(spec, "volumes")) {
            if (Json.string(one, "name").startsWith(TOKEN_VOLUME)) {
                volume = Json.string(one, "name");
            }
        }
        boolean mounted = false;
        boolean known = !volume.isEmpty();
        if (!known) {
            volume = TOKEN_VOLUME + UUID.randomUUID().toString().substring(0, 5);
        }
        for (String list : List.of("initContainers", "containers")) {
            for (ObjectNode container : Json.objects(spec, list)) {
                boolean own = Json.objects(container, "volumeMounts").stream()
                        .anyMatch(mount -> Json.string(mount, "mountPath").equals(TOKEN_PATH));
                if (!own) {
                    mounted = true;
                    Json.list(container, "volumeMounts")
                            .addObject()
                            .put("mountPath", TOKEN_PATH)
                            .put("name", volume)
                            .put("readOnly", true);
                }
            }
        }
        if (mounted && !known) {
            tokenVolume(Json.list(spec, "volumes").addObject().put("name", volume));
        }
    }

    private static void tokenVolume(ObjectNode volume) {
        ObjectNode projected = volume.putObject("projected").put("defaultMode", 420);
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", 3607)
                .put("path", "token");
        ObjectNode ca = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        ca.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode item =
                sources.addObject().putObject("downwardAPI").putArray("items").addObject();
        item.put("path", "namespace")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", "metadata.namespace");
    }

    private static void tolerate(ObjectNode spec, String taint) {
        boolean tolerated = Json.objects(spec, "tolerations").stream().anyMatch(one -> {
            String key = Json.string(one, "key");
            String effect = Json.string(one, "effect");
            return (key.equals(taint) || key.isEmpty()) && (effect.equals("NoExecute") || effect.isEmpty());
        });
        if (!tolerated) {
            Json.list(spec, "tolerations")
                    .addObject()
                    .put("effect", "NoExecute")
                    .put("key", taint)
                    .put("operator", "Exists")
                    .put("tolerationSeconds", 300);
        }
    }
}
