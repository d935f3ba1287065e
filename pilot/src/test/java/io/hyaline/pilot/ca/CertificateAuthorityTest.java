package io.hyaline.pilot.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.pilot.fixture.Csr;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String ID = "spiffe://cluster.local/ns/default/sa/httpbin";
    private final RootMaterial material = RootMaterial.selfSigned("cluster.local", NOW);
    private final CertificateAuthority authority = new CertificateAuthority(material, () -> NOW);

    @Test
    void signsForTheCallersOwnName() throws Exception {
        List<String> chain = authority.sign(Csr.request(ID), ID, Duration.ZERO);
        assertThat(chain).hasSize(2);
        X509Certificate leaf = parse(chain.getFirst());
        leaf.verify(authority.root().getPublicKey());
        assertThat(parse(chain.getLast())).isEqualTo(authority.root());
        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, ID));
        assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofHours(24)));
        assertThat(leaf.getExtendedKeyUsage()).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    }

    @Test
    void theLifetimeIsBounded() throws Exception {
        X509Certificate brief =
                parse(authority.sign(Csr.request(ID), ID, Duration.ofMinutes(5)).getFirst());
        assertThat(brief.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        X509Certificate greedy =
                parse(authority.sign(Csr.request(ID), ID, Duration.ofDays(9999)).getFirst());
        assertThat(greedy.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void refusesAnotherName() throws Exception {
        String other = Csr.request("spiffe://cluster.local/ns/default/sa/sleep");
        assertThatThrownBy(() -> authority.sign(other, ID, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sa/sleep")
                .hasMessageContaining(ID);
        String two = Csr.request(ID, "spiffe://cluster.local/ns/default/sa/sleep");
        assertThatThrownBy(() -> authority.sign(two, ID, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        String none = Csr.request();
        assertThatThrownBy(() -> authority.sign(none, ID, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNoCsr() {
        assertThatThrownBy(() -> authority.sign("hello", ID, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PKCS#10");
        assertThatThrownBy(() -> authority.sign(material.certificatePem(), ID, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theRootSurvivesAsText() {
        RootMaterial read = RootMaterial.ofPem(material.certificatePem(), material.keyPem(), material.rootPem());
        assertThat(read.certificate()).isEqualTo(material.certificate());
        assertThat(read.key()).isEqualTo(material.key());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        RootMaterial other = RootMaterial.selfSigned("cluster.local", NOW);
        assertThatThrownBy(() -> RootMaterial.ofPem(material.certificatePem(), other.keyPem(), material.rootPem()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theServingCertificateIsRenewedAtHalfItsLife() {
        Instant[] now = {NOW};
        ServingKey key = new ServingKey(
                new CertificateAuthority(material, () -> now[0]), List.of("istiod.istio-system.svc"), () -> now[0]);
        X509Certificate first = key.issued().chain().getFirst();
        now[0] = NOW.plus(Duration.ofHours(11));
        assertThat(key.issued().chain().getFirst()).isEqualTo(first);
        now[0] = NOW.plus(Duration.ofHours(13));
        assertThat(key.issued().chain().getFirst()).isNotEqualTo(first);
    }

    private static X509Certificate parse(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
