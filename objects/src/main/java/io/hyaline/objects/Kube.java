package io.hyaline.objects;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The client of the Kubernetes API, whoever implements it. */
public final class Kube {

    private Kube() {}

    /** A client for the current context of a kubeconfig file. */
    public static KubernetesClient connect(Path kubeconfig) {
        try {
            Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read kubeconfig " + kubeconfig + "; name one with --kubeconfig", e);
        }
    }
}
