package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;

/** Writes the mesh's ConfigMap when there is none; one that exists is its owner's. */
public final class MeshInstallation {
    private static final int CONFLICT = 409;

    private MeshInstallation() {}

    public static void install(KubernetesClient client, String trustDomain) {
        if (client.namespaces().withName(InstalledMesh.NAMESPACE).get() == null) {
            createOnce(() -> client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(InstalledMesh.NAMESPACE)
                            .endMetadata()
                            .build())
                    .create());
        }
        var present = client.configMaps()
                .inNamespace(InstalledMesh.NAMESPACE)
                .withName(InstalledMesh.NAME)
                .get();
        if (present == null) {
            String yaml = InstalledMesh.YAML.replace("trustDomain: cluster.local", "trustDomain: " + trustDomain);
            createOnce(() -> client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(InstalledMesh.NAME)
                            .withNamespace(InstalledMesh.NAMESPACE)
                            .endMetadata()
                            .withData(Map.of(InstalledMesh.KEY, yaml))
                            .build())
                    .create());
        }
    }

    private static void createOnce(Runnable creation) {
        try {
            creation.run();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }
}
