package io.hyaline.identity;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, written with another library than the code under test. */
final class TestCa {

    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    interface Extra {
        void add(X509v3CertificateBuilder builder) throws Exception;
    }

    final X509Certificate certificate;
    private final KeyPair key;

    private TestCa(X509Certificate certificate, KeyPair key) {
        this.certificate = certificate;
        this.key = key;
    }

    static TestCa root(String name) {
        KeyPair key = newKey();
        return new TestCa(sign(name, key, name, key, Duration.ofDays(3650), ca(2)), key);
    }

    TestCa intermediate(String name, int pathLength) {
        KeyPair child = newKey();
        return new TestCa(sign(subject(), key, name, child, Duration.ofDays(365), ca(pathLength)), child);
    }

    /** An intermediate that is not marked as a CA. */
    TestCa impostor(String name) {
        KeyPair child = newKey();
        return new TestCa(sign(subject(), key, name, child, Duration.ofDays(365), _ -> {}), child);
    }

    X509Certificate leaf(String... uris) {
        return leaf(_ -> {}, uris);
    }

    X509Certificate leaf(Extra extra, String... uris) {
        return sign(subject(), key, "", newKey(), Duration.ofHours(24), builder -> {
            GeneralName[] names = new GeneralName[uris.length];
            for (int i = 0; i < uris.length; i++) {
                names[i] = new GeneralName(GeneralName.uniformResourceIdentifier, uris[i]);
            }
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names));
            }
            extra.add(builder);
        });
    }

    private String subject() {
        String name = certificate.getSubjectX500Principal().getName();
        return name.substring("CN=".length());
    }

    private static Extra ca(int pathLength) {
        return builder -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        };
    }

    private static X509Certificate sign(
            String issuer, KeyPair issuerKey, String subject, KeyPair key, Duration lifetime, Extra extra) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    new BigInteger(64, new Random(subject.hashCode())),
                    Date.from(NOW.minusSeconds(60)),
                    Date.from(NOW.plus(lifetime)),
                    subject.isEmpty() ? new X500Name("") : new X500Name("CN=" + subject),
                    key.getPublic());
            extra.add(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
