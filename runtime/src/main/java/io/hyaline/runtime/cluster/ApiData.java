package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.spec.ClusterData;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pods refer to, read from the API when it is needed. */
public final class ApiData implements ClusterData {

    private final KubernetesClient client;

    public ApiData(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public @Nullable ConfigMap configMap(String namespace, String name) {
        return client.configMaps().inNamespace(namespace).withName(name).get();
    }

    @Override
    public @Nullable Secret secret(String namespace, String name) {
        return client.secrets().inNamespace(namespace).withName(name).get();
    }

    @Override
    public Token token(Pod pod, @Nullable String audience, long seconds) {
        String namespace = pod.getMetadata().getNamespace();
        String account = pod.getSpec().getServiceAccountName();
        String name = account == null || account.isEmpty() ? "default" : account;
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience == null || audience.isEmpty() ? List.of() : List.of(audience))
                .withExpirationSeconds(seconds)
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build();
        TokenRequest answer =
                client.serviceAccounts().inNamespace(namespace).withName(name).tokenRequest(request);
        if (answer == null || answer.getStatus() == null) {
            throw new MissingReferenceException("serviceaccount \"" + name + "\" not found");
        }
        return new Token(
                answer.getStatus().getToken(), Instant.parse(answer.getStatus().getExpirationTimestamp()));
    }
}
