package io.hyaline.it.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.hyaline.apiserver.ApiServer;
import io.hyaline.apiserver.ApiServerConfig;
import io.hyaline.objects.Kube;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.objects.istio.crd.IstioCrds;
import io.hyaline.objects.yaml.KubeYaml;
import io.hyaline.pilot.Pilot;
import io.hyaline.pilot.PilotConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An API server that knows Istio's kinds, and, once it is started, a pilot that reads them. */
final class MeshFixture implements AutoCloseable {
    final Path directory;
    final KubernetesClient client;
    private final ApiServer server;
    private @Nullable Pilot pilot;

    MeshFixture(Path directory) {
        this.directory = directory;
        server = ApiServer.start(ApiServerConfig.local(directory));
        client = Kube.connect(kubeconfig());
        IstioCrds.all().forEach(crd -> client.resource(crd).create());
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /** Returns when the pilot has read what is there. */
    Pilot startPilot() throws InterruptedException {
        Pilot started = Pilot.start(new PilotConfig(
                kubeconfig(),
                "127.0.0.1",
                new PilotConfig.Ports(0, 0, 0),
                "cluster.local",
                "cluster.local",
                "test",
                InstantSource.system()));
        pilot = started;
        assertThat(started.awaitReady(30, TimeUnit.SECONDS)).isTrue();
        return started;
    }

    void create(String yaml) {
        KubernetesSerialization serialization = new KubernetesSerialization();
        for (HasMetadata object : KubeYaml.objects(yaml)) {
            Arrays.stream(IstioKind.values())
                    .filter(k -> k.kind().equals(object.getKind()))
                    .findFirst()
                    .ifPresentOrElse(
                            kind -> client.genericKubernetesResources(kind.context())
                                    .resource((GenericKubernetesResource) object)
                                    .create(),
                            () -> client.resource((HasMetadata) serialization.unmarshal(serialization.asJson(object)))
                                    .create());
        }
    }

    /** What a proxy of that account shows the pilot. */
    String token(String namespace, String account) {
        return client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences("istio-ca")
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    @Override
    public void close() {
        if (pilot != null) {
            pilot.close();
        }
        client.close();
        server.close();
    }
}
