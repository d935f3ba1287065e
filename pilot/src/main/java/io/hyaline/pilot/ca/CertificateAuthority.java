package io.hyaline.pilot.ca;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Signs: for service accounts what they ask for with a CSR, for the pilot's own server a certificate and key. */
public final class CertificateAuthority {
    private static final Duration STANDARD_LIFETIME = Duration.ofHours(24);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(90);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);
    private static final int SMALLEST_RSA_BITS = 2048;
    private static final int SMALLEST_EC_BITS = 256;
    private static final int LONGEST_CSR = 64 * 1024;

    private final RootMaterial material;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    CertificateAuthority(RootMaterial material, InstantSource clock) {
        this.material = material;
        this.clock = clock;
    }

    /** A key with its chain, leaf first. */
    public record Issued(KeyPair keys, List<X509Certificate> chain) {}

    public X509Certificate root() {
        return material.root();
    }

    public String rootPem() {
        return material.rootPem();
    }

    /**
     * Signs a CSR.
     *
     * @param spiffeId who asks; the CSR has to name exactly this and nothing else
     * @param requested 0 or less means the standard lifetime; more than the longest is cut to it
     * @return PEM certificates, leaf first, root last
     * @throws IllegalArgumentException for a CSR that is not good
     */
    public List<String> sign(String csrPem, String spiffeId, Duration requested) {
        JcaPKCS10CertificationRequest csr = parse(csrPem);
        checkName(csr, spiffeId);
        try {
            PublicKey key = csr.getPublicKey();
            checkStrength(key);
            if (!csr.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the CSR's signature is not by its own key");
            }
            GeneralNames names = new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId));
            X509Certificate leaf = certify(key, new X500Name(""), names, lifetime(requested));
            return chain(leaf).stream().map(RootMaterial::pem).toList();
        } catch (GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new IllegalArgumentException("the CSR cannot be used: " + e.getMessage(), e);
        }
    }

    /** A server certificate for DNS names, with a key of its own. */
    public Issued serve(List<String> dnsNames) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            GeneralNames names = new GeneralNames(dnsNames.stream()
                    .map(n -> new GeneralName(GeneralName.dNSName, n))
                    .toArray(GeneralName[]::new));
            X500Name subject = new X500Name("CN=" + dnsNames.getFirst());
            return new Issued(keys, chain(certify(keys.getPublic(), subject, names, STANDARD_LIFETIME)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make the pilot's own certificate", e);
        }
    }

    /** Throws when the key did not make the certificate. */
    void checkKey() throws GeneralSecurityException {
        Issued probe = serve(List.of("probe"));
        probe.chain().getFirst().verify(material.certificate().getPublicKey());
    }

    private static Duration lifetime(Duration requested) {
        if (requested.isZero() || requested.isNegative()) {
            return STANDARD_LIFETIME;
        }
        return requested.compareTo(LONGEST_LIFETIME) > 0 ? LONGEST_LIFETIME : requested;
    }

    private static JcaPKCS10CertificationRequest parse(String pem) {
        if (pem.length() > LONGEST_CSR) {
            throw new IllegalArgumentException("the CSR is longer than " + LONGEST_CSR + " characters");
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (parser.readObject() instanceof org.bouncycastle.pkcs.PKCS10CertificationRequest request) {
                return new JcaPKCS10CertificationRequest(request);
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("the CSR is not PEM-encoded PKCS#10: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the CSR is not PEM-encoded PKCS#10");
    }

    private static void checkName(JcaPKCS10CertificationRequest csr, String spiffeId) {
        Extensions extensions = csr.getRequestedExtensions();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        List<GeneralName> all = names == null ? List.of() : Arrays.asList(names.getNames());
        boolean exactly = all.size() == 1
                && all.getFirst().getTagNo() == GeneralName.uniformResourceIdentifier
                && all.getFirst().getName().toString().equals(spiffeId);
        if (!exactly) {
            throw new IllegalArgumentException("the CSR asks for "
                    + all.stream().map(n -> n.getName().toString()).toList() + ", the caller is " + spiffeId);
        }
    }

    private static void checkStrength(PublicKey key) throws InvalidKeyException {
        boolean strong = switch (key) {
            case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= SMALLEST_EC_BITS;
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= SMALLEST_RSA_BITS;
            default -> false;
        };
        if (!strong) {
            throw new InvalidKeyException("its key is neither EC of 256 bits nor RSA of 2048 bits or more");
        }
    }

    private X509Certificate certify(PublicKey key, X500Name subject, GeneralNames names, Duration lifetime)
            throws GeneralSecurityException {
        Instant now = clock.instant();
        Instant end = now.plus(lifetime);
        Instant rootEnd = material.certificate().getNotAfter().toInstant();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(
                            material.certificate().getSubjectX500Principal().getEncoded()),
                    new BigInteger(127, random),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(end.isAfter(rootEnd) ? rootEnd : end),
                    subject,
                    key);
            builder.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils()
                            .createAuthorityKeyIdentifier(material.certificate().getPublicKey()));
            // the names are all that identifies the holder, so they are critical when the subject is empty
            builder.addExtension(Extension.subjectAlternativeName, subject.getRDNs().length == 0, names);
            String algorithm = material.key().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(material.key())));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException("signing failed: " + e.getMessage(), e);
        }
    }

    private List<X509Certificate> chain(X509Certificate leaf) {
        return material.certificate().equals(material.root())
                ? List.of(leaf, material.root())
                : List.of(leaf, material.certificate(), material.root());
    }
}
