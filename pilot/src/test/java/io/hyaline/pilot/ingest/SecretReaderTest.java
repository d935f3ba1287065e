package io.hyaline.pilot.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.hyaline.model.Credential;
import io.hyaline.model.ObjectKey;
import io.hyaline.pilot.fixture.Certificates;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretReaderTest {
    private static final ObjectKey KEY = new ObjectKey("istio-system", "c");
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final Certificates pair = Certificates.of("example.com");
    private final Snapshots objects = new Snapshots();

    @Test
    void theTypeOfKubernetesAndTheOlderNamesAreRead() {
        assertThat(read("kubernetes.io/tls", Map.of("tls.crt", pair.certificate(), "tls.key", pair.key())))
                .isEqualTo(new Credential(KEY, pair.certificate(), pair.key(), "", ""));
        assertThat(read("Opaque", Map.of("cert", pair.certificate(), "key", pair.key(), "cacert", pair.certificate())))
                .isEqualTo(new Credential(KEY, pair.certificate(), pair.key(), pair.certificate(), ""));
        assertThat(read("Opaque", Map.of("ca.crt", pair.certificate())).trusted())
                .isEqualTo(pair.certificate());
    }

    @Test
    void secretsAboutSomethingElseAreNone() {
        objects.put(Certificates.secret("istio-system", "a", "Opaque", Map.of("key", "an API key", "cert", "x")));
        objects.put(Certificates.secret("istio-system", "b", "helm.sh/release.v1", Map.of("tls.crt", "x")));
        assertThat(objects.snapshot().traffic().credentials()).isEmpty();
        assertThat(objects.reports()).isEmpty();
    }

    @Test
    void aKeyOfAnotherCertificateIsNamedAndTheLastGoodPairStays() {
        objects.put(pair.secret("istio-system", "c"));
        Certificates other = Certificates.of("example.com");
        objects.put(Certificates.secret(
                "istio-system",
                "c",
                "kubernetes.io/tls",
                Map.of("tls.crt", pair.certificate(), "tls.key", other.key())));
        assertThat(objects.reports().getFirst().reason())
                .isEqualTo("tls.key is not the key of the certificate in tls.crt");
        Credential kept = objects.snapshot().traffic().credentials().get(KEY);
        assertThat(kept.privateKey()).isEqualTo(pair.key());
        assertThat(kept.complaint()).contains("last good content is served");
    }

    @Test
    void anExpiredCertificateIsServedWithAComplaint() {
        Certificates expired = Certificates.of("example.com", NOW.minus(Duration.ofDays(9)), Duration.ofDays(8));
        objects.put(expired.secret("istio-system", "c"));
        assertThat(objects.snapshot().traffic().credentials().get(KEY).complaint())
                .isEqualTo("the certificate expired at 2026-11-22T12:00:00Z; clients will refuse it");
    }

    @Test
    void whatAGatewayServesWithOutlivesItsSecretUntilThereIsAnother() {
        objects.put("""
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: g, namespace: default}
                spec:
                  servers:
                  - hosts: ['*']
                    port: {name: https, number: 443, protocol: HTTPS}
                    tls: {credentialName: c, mode: SIMPLE}
                """);
        Secret used = pair.secret("istio-system", "c");
        Secret unused = pair.secret("istio-system", "unused");
        objects.put(used).put(unused).remove(used).remove(unused);
        assertThat(objects.snapshot().traffic().credentials()).containsOnlyKeys(KEY);
        assertThat(objects.snapshot().traffic().credentials().get(KEY).complaint())
                .contains("was deleted");
        objects.put(Certificates.of("example.com").secret("istio-system", "c"));
        assertThat(objects.snapshot().traffic().credentials().get(KEY).complaint())
                .isEmpty();
    }

    @Test
    void noKeyIsEverPrinted() {
        Credential credential = read("kubernetes.io/tls", Map.of("tls.crt", pair.certificate(), "tls.key", pair.key()));
        assertThat(credential + " " + objects.snapshot()).doesNotContain("PRIVATE KEY");
    }

    private Credential read(String type, Map<String, String> texts) {
        objects.put(Certificates.secret("istio-system", "c", type, texts));
        assertThat(objects.reports()).isEmpty();
        return objects.snapshot().traffic().credentials().get(KEY);
    }
}
