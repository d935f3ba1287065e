package io.hyaline.apiserver.auth;

import io.hyaline.apiserver.address.Ip;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** The cluster's own certificate authority, kept in a directory, and what it signs. */
public final class Certificates {
    private static final Duration CA_LIFE = Duration.ofDays(3650);
    private static final Duration LEAF_LIFE = Duration.ofDays(365);

    private final PrivateKey caKey;
    private final X509Certificate ca;
    private final Instant now;

    /** A key with its certificate. */
    public record Identity(PrivateKey key, X509Certificate certificate) {
        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        public String certificatePem() {
            return Certificates.pem(certificate);
        }
    }

    private Certificates(PrivateKey caKey, X509Certificate ca, Instant now) {
        this.caKey = caKey;
        this.ca = ca;
        this.now = now;
    }

    /** Reads the authority from a directory, or makes one there. */
    public static Certificates in(Path directory, Instant now) throws IOException, GeneralSecurityException {
        Path keyFile = directory.resolve("ca.key");
        Path certificateFile = directory.resolve("ca.crt");
        if (!Files.exists(certificateFile)) {
            KeyPair pair = keyPair();
            X500Name name = name("hyaline-ca", List.of());
            X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), now, CA_LIFE);
            try {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                builder.addExtension(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            } catch (CertIOException e) {
                throw new GeneralSecurityException(e);
            }
            writeSecret(keyFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(certificateFile, pem(sign(builder, pair.getPrivate())));
        }
        return new Certificates(readKey(keyFile), readCertificate(certificateFile), now);
    }

    public X509Certificate ca() {
        return ca;
    }

    public String caPem() {
        return pem(ca);
    }

    /** A certificate for a server under DNS names and addresses. */
    public Identity server(Collection<String> dnsNames, Collection<Ip> addresses) throws GeneralSecurityException {
        GeneralName[] names = new GeneralName[dnsNames.size() + addresses.size()];
        int i = 0;
        for (String name : dnsNames) {
            names[i++] = new GeneralName(GeneralName.dNSName, name);
        }
        for (Ip address : addresses) {
            names[i++] = new GeneralName(GeneralName.iPAddress, new DEROctetString(address.bytes()));
        }
        return leaf(
                keyPair(), name("kube-apiserver", List.of()), KeyPurposeId.id_kp_serverAuth, new GeneralNames(names));
    }

    /** A certificate that says who a client is. The key is RSA, which every client library can read. */
    public Identity client(String user, List<String> groups) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return leaf(generator.generateKeyPair(), name(user, groups), KeyPurposeId.id_kp_clientAuth, null);
    }

    private Identity leaf(KeyPair pair, X500Name subject, KeyPurposeId purpose, @Nullable GeneralNames names)
            throws GeneralSecurityException {
        X509v3CertificateBuilder builder = builder(
                X500Name.getInstance(ca.getSubjectX500Principal().getEncoded()),
                subject,
                pair.getPublic(),
                now,
                LEAF_LIFE);
        try {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
        return new Identity(pair.getPrivate(), sign(builder, caKey));
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(life)),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static X500Name name(String commonName, List<String> organizations) {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> builder.addRDN(BCStyle.O, organization));
        return builder.addRDN(BCStyle.CN, commonName).build();
    }

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** The key pair in a file, made there when it is missing. */
    static KeyPair keyPair(Path file) throws IOException, GeneralSecurityException {
        Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
        if (!Files.exists(publicFile)) {
            KeyPair pair = keyPair();
            writeSecret(file, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(publicFile, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        }
        byte[] encoded = decode(Files.readString(publicFile));
        var key = (ECPublicKey)
                KeyFactory.getInstance("EC").generatePublic(new java.security.spec.X509EncodedKeySpec(encoded));
        return new KeyPair(key, readKey(file));
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decode(Files.readString(file))));
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void writeSecret(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be encoded", e);
        }
    }

    private static String pem(String type, byte[] content) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static byte[] decode(String pem) {
        return Base64.getMimeDecoder()
                .decode(pem.replaceAll("-----[A-Z ]+-----", "").strip());
    }
}
