package io.hyaline.runtime.gateways;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.runtime.cluster.Times;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes where a gateway is reached, how many pods it has, and what is wrong with it. */
final class GatewayStatus {

    private static final int NOT_FOUND = 404;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final KubernetesClient client;
    private final Clock clock;

    GatewayStatus(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void publish(
            GenericKubernetesResource gateway,
            @Nullable Service service,
            @Nullable Deployment deployment,
            String problem) {
        JsonNode before = MAPPER.readTree(client.getKubernetesSerialization().asJson(gateway))
                .path("status");
        ObjectNode wanted = of(address(service), counts(deployment), problem);
        wanted.put("observedGeneration", gateway.getMetadata().getGeneration());
        ObjectNode condition = (ObjectNode) wanted.path("conditions").path(0);
        JsonNode last = before.path("conditions").path(0);
        boolean same = last.path("status").equals(condition.path("status"));
        condition.put(
                "lastTransitionTime",
                same ? last.path("lastTransitionTime").asString("") : Times.seconds(clock.instant()));
        if (MAPPER.readTree(wanted.toString()).equals(before)) {
            return;
        }
        try {
            client.genericKubernetesResources(IstioKind.ISTIO_GATEWAY.context())
                    .inNamespace(gateway.getMetadata().getNamespace())
                    .withName(gateway.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + wanted + "}");
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
        }
    }

    /** How many pods there are to be, and how many are ready. */
    record Counts(int replicas, int ready) {}

    static ObjectNode of(String address, Counts counts, String problem) {
        ObjectNode status = MAPPER.createObjectNode();
        status.put("address", address);
        status.put("replicas", counts.replicas());
        status.put("readyReplicas", counts.ready());
        ObjectNode condition = status.putArray("conditions").addObject();
        condition.put("type", "Ready");
        if (!problem.isEmpty()) {
            return explain(status, condition, "Refused", problem.strip());
        }
        if (counts.ready() < counts.replicas()) {
            return explain(
                    status,
                    condition,
                    "PodsNotReady",
                    counts.ready() + " of " + counts.replicas() + " pods are ready; kubectl describe pod tells more");
        }
        if (address.isEmpty()) {
            return explain(status, condition, "NoAddress", "the Service has no address yet; see its events");
        }
        condition.put("status", "True").put("reason", "Serving").put("message", "");
        return status;
    }

    private static ObjectNode explain(ObjectNode status, ObjectNode condition, String reason, String message) {
        condition.put("status", "False").put("reason", reason).put("message", message);
        return status;
    }

    private static Counts counts(@Nullable Deployment deployment) {
        if (deployment == null) {
            return new Counts(0, 0);
        }
        Integer ready =
                deployment.getStatus() == null ? null : deployment.getStatus().getReadyReplicas();
        return new Counts(
                Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1),
                Objects.requireNonNullElse(ready, 0));
    }

    private static String address(@Nullable Service service) {
        if (service == null) {
            return "";
        }
        if (!"LoadBalancer".equals(service.getSpec().getType())) {
            return Objects.requireNonNullElse(service.getSpec().getClusterIP(), "");
        }
        if (service.getStatus() == null || service.getStatus().getLoadBalancer() == null) {
            return "";
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }
}
