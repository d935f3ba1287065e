package io.hyaline.proxy.tls;

import io.hyaline.identity.Pem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** A certificate chain and its private key, both PEM; the key is PKCS#8. Never printed. */
public record TlsCertificate(String chainPem, String keyPem) {

    private static final byte[] PROBE = "one pair?".getBytes(StandardCharsets.US_ASCII);

    /** Refuses what is unreadable, and a key that is not the certificate's; the message holds no part of either. */
    public static TlsCertificate of(String chainPem, String keyPem) {
        X509Certificate leaf = Pem.certificates(chainPem).getFirst();
        PrivateKey key = Pem.privateKey(keyPem);
        if (!isPair(leaf, key)) {
            throw new IllegalArgumentException("the private key does not belong to the certificate of "
                    + leaf.getSubjectX500Principal().getName());
        }
        return new TlsCertificate(chainPem, Pem.ofKey(key));
    }

    private static boolean isPair(X509Certificate leaf, PrivateKey key) {
        if (!key.getAlgorithm().equals(leaf.getPublicKey().getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signature = signing.sign();
            Signature judging = Signature.getInstance(algorithm);
            judging.initVerify(leaf.getPublicKey());
            judging.update(PROBE);
            return judging.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // of another curve or size
        }
    }

    @Override
    public String toString() {
        return "TlsCertificate[redacted]";
    }
}
