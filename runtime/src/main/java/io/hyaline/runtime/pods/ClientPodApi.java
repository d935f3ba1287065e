package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Writes over the Kubernetes API. */
public final class ClientPodApi implements PodApi {

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;

    public ClientPodApi(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public boolean publish(Pod pod, PodStatus status) {
        // The uid in the patch makes the server refuse it for another pod of the same name.
        Pod patch = new PodBuilder()
                .withNewMetadata()
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withStatus(status)
                .build();
        try {
            client.resource(pod)
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            client.getKubernetesSerialization().asJson(patch));
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND || e.getCode() == CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void remove(Pod pod) {
        try {
            Pod current = client.resource(pod).get();
            if (current != null
                    && current.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                client.resource(current).withGracePeriod(0).delete();
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
        }
    }
}
