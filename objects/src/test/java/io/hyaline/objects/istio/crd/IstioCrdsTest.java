package io.hyaline.objects.istio.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class IstioCrdsTest {
    /** All versions of a kind have one schema, so the file holds the stored one only. */
    @Test
    void definitionsAreAsWrittenDown() throws IOException {
        StringBuilder text = new StringBuilder();
        KubernetesSerialization serialization = new KubernetesSerialization();
        for (CustomResourceDefinition crd : IstioCrds.all()) {
            crd.getSpec().setVersions(crd.getSpec().getVersions().subList(0, 1));
            text.append(serialization.asYaml(crd));
        }
        Path golden = Path.of("src/test/golden/istio-crds.yaml");
        if ("refresh".equals(System.getProperty("golden"))) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(golden));
    }

    @Test
    void namesAreIstios() {
        assertThat(IstioCrds.all())
                .extracting(crd -> crd.getMetadata().getName())
                .contains(
                        "virtualservices.networking.istio.io",
                        "serviceentries.networking.istio.io",
                        "gateways.networking.istio.io",
                        "proxyconfigs.networking.istio.io",
                        "authorizationpolicies.security.istio.io",
                        "peerauthentications.security.istio.io",
                        "telemetries.telemetry.istio.io",
                        "wasmplugins.extensions.istio.io",
                        "istiogateways.istio.alibabacloud.com");
    }
}
