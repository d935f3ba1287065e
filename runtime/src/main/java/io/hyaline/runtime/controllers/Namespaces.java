package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.hyaline.runtime.cluster.OnChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives every namespace what pods expect in it: a default service account and the API server's certificate. */
final class Namespaces {

    private static final int CONFLICT = 409;
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final ControllerContext context;
    private final ControlLoop loop;
    private final String ca;

    Namespaces(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("namespaces", this::reconcile);
        this.ca = ca(context.client().getConfiguration());
    }

    void start() {
        context.informers()
                .namespaces
                .addEventHandler(new OnChange<>((before, after) ->
                        loop.enqueue(Key.of(Objects.requireNonNull(after == null ? before : after)))));
    }

    private @Nullable Duration reconcile(Key key) {
        Namespace namespace = context.informers().namespaces.getStore().getByKey(key.inStore());
        if (namespace == null || namespace.getMetadata().getDeletionTimestamp() != null) {
            return null;
        }
        ServiceAccount account = new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("default")
                .withNamespace(key.name())
                .endMetadata()
                .build();
        if (context.client().resource(account).get() == null) {
            ifAbsent(() -> context.client().resource(account).create());
        }
        ConfigMap roots = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("kube-root-ca.crt")
                .withNamespace(key.name())
                .endMetadata()
                .addToData("ca.crt", ca)
                .build();
        ConfigMap before = context.client().resource(roots).get();
        if (before == null) {
            ifAbsent(() -> context.client().resource(roots).create());
        } else if (before.getData() == null || !ca.equals(before.getData().get("ca.crt"))) {
            context.client().resource(roots).unlock().update();
        }
        return LOOK_AGAIN;
    }

    private static void ifAbsent(Runnable create) {
        try {
            create.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    private static String ca(Config config) {
        if (config.getCaCertData() != null) {
            return new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8);
        }
        if (config.getCaCertFile() == null) {
            return "";
        }
        try {
            return Files.readString(Path.of(config.getCaCertFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the certificate authority of the kubeconfig", e);
        }
    }
}
