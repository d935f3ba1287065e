package io.hyaline.runtime.spec;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The objects that pods refer to. */
public interface ClusterData {

    @Nullable
    ConfigMap configMap(String namespace, String name);

    @Nullable
    Secret secret(String namespace, String name);

    /** A token of the pod's service account, bound to the pod. */
    Token token(Pod pod, @Nullable String audience, long seconds);

    /** A service account token. */
    record Token(String text, Instant expires) {}
}
