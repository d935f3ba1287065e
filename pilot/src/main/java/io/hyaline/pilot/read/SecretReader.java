package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.Secret;
import io.hyaline.model.Credential;
import io.hyaline.model.ObjectKey;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/** Secrets with certificates: of type {@code kubernetes.io/tls}, and Opaque ones with the older names. */
public final class SecretReader {
    private static final String TLS_TYPE = "kubernetes.io/tls";
    /** In pairs: certificate chain, private key. The older names go first, as in Istio. */
    private static final List<List<String>> PAIRS = List.of(List.of("cert", "key"), List.of("tls.crt", "tls.key"));

    private static final List<String> TRUSTED = List.of("cacert", "ca.crt");
    private static final byte[] SIGNED = "does this key belong to this certificate?".getBytes(StandardCharsets.UTF_8);

    private SecretReader() {}

    /** Null for a secret that is about something else. */
    public static @Nullable Credential read(Secret secret, Instant now) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        List<String> pair = PAIRS.stream()
                .filter(names -> names.stream().allMatch(name -> isPem(data, name)))
                .findFirst()
                .orElse(List.of());
        String trusted = TRUSTED.stream()
                .filter(name -> isPem(data, name))
                .map(name -> text(data, name))
                .findFirst()
                .orElse("");
        boolean isTls = TLS_TYPE.equals(secret.getType());
        boolean isOpaque = secret.getType() == null || secret.getType().equals("Opaque");
        if (!isTls && !(isOpaque && (!pair.isEmpty() || !trusted.isEmpty()))) {
            return null;
        }
        ObjectKey key = Metadata.key(secret);
        if (!trusted.isEmpty()) {
            certificates(trusted, "the CA certificates");
        }
        if (pair.isEmpty() && !isTls) {
            return new Credential(key, "", "", trusted, "");
        }
        List<String> names = pair.isEmpty() ? PAIRS.getLast() : pair;
        String chain = text(data, names.getFirst());
        String privateKey = text(data, names.getLast());
        X509Certificate leaf = certificates(chain, names.getFirst()).getFirst();
        if (!belongs(privateKey(privateKey, names.getLast()), leaf)) {
            throw new IllegalArgumentException(
                    names.getLast() + " is not the key of the certificate in " + names.getFirst());
        }
        return new Credential(key, chain, privateKey, trusted, complaint(leaf, now));
    }

    /** Opaque secrets hold all sorts of things under such names. */
    private static boolean isPem(Map<String, String> data, String name) {
        return data.containsKey(name) && text(data, name).contains("-----BEGIN");
    }

    /** What time has made of certificates that were read before; empty for good ones. */
    public static String complaint(Credential credential, Instant now) {
        return credential.certificates().isEmpty()
                ? ""
                : complaint(
                        certificates(credential.certificates(), "the certificate")
                                .getFirst(),
                        now);
    }

    private static String complaint(X509Certificate leaf, Instant now) {
        if (leaf.getNotAfter().toInstant().isBefore(now)) {
            return "the certificate expired at " + leaf.getNotAfter().toInstant() + "; clients will refuse it";
        }
        if (leaf.getNotBefore().toInstant().isAfter(now)) {
            return "the certificate is not valid before " + leaf.getNotBefore().toInstant();
        }
        return "";
    }

    private static String text(Map<String, String> data, String name) {
        String encoded = data.get(name);
        if (encoded == null || encoded.isEmpty()) {
            throw new IllegalArgumentException(name + " is missing or empty");
        }
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is not base64", e);
        }
    }

    private static List<X509Certificate> certificates(String pem, String what) {
        List<X509Certificate> all = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    all.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(what + ": not a certificate in PEM: " + e.getMessage(), e);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(what + ": no certificate in PEM");
        }
        return all;
    }

    /** PKCS#8, or the older forms for EC and RSA that openssl writes. */
    private static PrivateKey privateKey(String pem, String what) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (object instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " is not a private key in PEM", e); // never its content
        }
        throw new IllegalArgumentException(what + ": no private key in PEM that needs no password");
    }

    private static boolean belongs(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(SIGNED);
            byte[] signature = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(SIGNED);
            return signer.verify(signature);
        } catch (GeneralSecurityException _) {
            return false; // keys of two kinds
        }
    }
}
