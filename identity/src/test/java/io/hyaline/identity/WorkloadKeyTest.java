package io.hyaline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class WorkloadKeyTest {

    @Test
    void anotherLibraryReadsTheRequest() throws Exception {
        WorkloadKey key = WorkloadKey.generate();
        SpiffeId id = new SpiffeId("cluster.local", "/ns/default/sa/" + "x".repeat(300));
        String pem = Pem.ofRequest(key.request(id));
        PKCS10CertificationRequest request = new PKCS10CertificationRequest(Pem.content("CERTIFICATE REQUEST", pem));
        assertThat(request.isSignatureValid(
                        new JcaContentVerifierProviderBuilder().build(request.getSubjectPublicKeyInfo())))
                .isTrue();
        assertThat(request.getSubject().getRDNs()).isEmpty();
        Attribute[] attributes = request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
        Extensions extensions =
                Extensions.getInstance(attributes[0].getAttrValues().getObjectAt(0));
        assertThat(extensions.getExtension(Extension.subjectAlternativeName).isCritical())
                .isTrue();
        GeneralName[] names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName)
                .getNames();
        assertThat(names).hasSize(1);
        assertThat(names[0].getTagNo()).isEqualTo(GeneralName.uniformResourceIdentifier);
        assertThat(names[0].getName()).hasToString(id.toString());
    }

    @Test
    void knowsItsCertificate() {
        WorkloadKey key = WorkloadKey.generate();
        assertThat(key.matches(TestCa.root("root").certificate)).isFalse();
    }

    @Test
    void readsKeysInTheirThreeForms() throws Exception {
        PrivateKey ec = WorkloadKey.generate().privateKey();
        PrivateKey rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
        PrivateKey edwards =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        for (PrivateKey key : List.of(ec, rsa, edwards)) {
            assertThat(Pem.privateKey(Pem.ofKey(key))).isEqualTo(key);
        }
        assertThat(Pem.privateKey(oldForm("EC PRIVATE KEY", ec)).getAlgorithm()).isEqualTo("EC");
        assertThat(Pem.privateKey(oldForm("RSA PRIVATE KEY", rsa))).isEqualTo(rsa);
    }

    @Test
    void readsChainsAmongOtherText() {
        TestCa root = TestCa.root("root");
        var chain = List.of(root.leaf("spiffe://a/b"), root.certificate);
        assertThat(Pem.certificates("# comment\n" + Pem.ofCertificates(chain) + "trailing"))
                .isEqualTo(chain);
    }

    @Test
    void saysWhatIsWrongWithATextThatHoldsNoKey() {
        assertThatThrownBy(() -> Pem.privateKey("hello")).hasMessageContaining("no PRIVATE KEY block");
        assertThatThrownBy(() -> Pem.certificates("")).hasMessageContaining("no CERTIFICATE block");
        assertThatThrownBy(() -> Pem.privateKey(
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
                .hasMessageContaining("encrypted");
        assertThatThrownBy(() -> Pem.privateKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> Pem.certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
                .hasMessageContaining("damaged certificate");
    }

    private static String oldForm(String label, PrivateKey key) throws Exception {
        byte[] content = PrivateKeyInfo.getInstance(key.getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }
}
