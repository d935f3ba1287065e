package io.hyaline.inject;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The volumes of a sidecar and where its container sees them. */
final class Volumes {

    private static final int TOKEN_SECONDS = 43200;

    private Volumes() {}

    static List<ObjectNode> volumes() {
        return List.of(
                Tree.object("name", "workload-socket", "emptyDir", Map.of()),
                Tree.object("name", "credential-socket", "emptyDir", Map.of()),
                Tree.object("name", "workload-certs", "emptyDir", Map.of()),
                Tree.object("name", "istio-envoy", "emptyDir", Map.of("medium", "Memory")),
                Tree.object("name", "istio-data", "emptyDir", Map.of()),
                Tree.object(
                        "name",
                        "istio-podinfo",
                        "downwardAPI",
                        Tree.object(
                                "items",
                                List.of(
                                        podField("labels", "metadata.labels"),
                                        podField("annotations", "metadata.annotations")))),
                Tree.object("name", "istio-token", "projected", Tree.object("sources", List.of(token()))),
                Tree.object("name", "istiod-ca-cert", "configMap", Tree.object("name", "istio-ca-root-cert")),
                Tree.object(
                        "name", "istio-ca-crl", "configMap", Tree.object("name", "istio-ca-crl", "optional", true)));
    }

    static List<ObjectNode> mounts() {
        return List.of(
                mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
                mount("credential-socket", "/var/run/secrets/credential-uds"),
                mount("workload-certs", "/var/run/secrets/workload-spiffe-credentials"),
                mount("istiod-ca-cert", "/var/run/secrets/istio"),
                mount("istio-ca-crl", "/var/run/secrets/istio/crl"),
                mount("istio-data", "/var/lib/istio/data"),
                mount("istio-envoy", "/etc/istio/proxy"),
                mount("istio-token", "/var/run/secrets/tokens"),
                mount("istio-podinfo", "/etc/istio/pod"));
    }

    private static ObjectNode token() {
        return Tree.object(
                "serviceAccountToken",
                Tree.object("path", "istio-token", "expirationSeconds", TOKEN_SECONDS, "audience", "istio-ca"));
    }

    private static ObjectNode podField(String path, String field) {
        return Tree.object("path", path, "fieldRef", Tree.object("fieldPath", field));
    }

    private static ObjectNode mount(String name, String path) {
        return Tree.object("name", name, "mountPath", path);
    }
}
