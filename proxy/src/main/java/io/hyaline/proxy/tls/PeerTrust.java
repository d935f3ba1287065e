package io.hyaline.proxy.tls;

import io.hyaline.proxy.tls.PeerValidation.SanMatch;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Judges a peer's chain by anchors prepared beforehand, then its names. */
final class PeerTrust extends X509ExtendedTrustManager {

    private final PeerValidation validation;
    private final Set<TrustAnchor> anchors;

    private PeerTrust(PeerValidation validation, Set<TrustAnchor> anchors) {
        this.validation = validation;
        this.anchors = anchors;
    }

    static PeerTrust of(PeerValidation validation) {
        Set<TrustAnchor> anchors = new HashSet<>();
        String pem = validation.trustedCaPem();
        if (pem != null) {
            for (X509Certificate certificate : certificates(pem)) {
                anchors.add(new TrustAnchor(certificate, null));
            }
        }
        return new PeerTrust(validation, anchors);
    }

    static List<X509Certificate> certificates(String pem) {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
            return found.stream().map(X509Certificate.class::cast).toList();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (validation.trustedCaPem() != null && !validation.acceptUntrusted()) {
            try {
                PKIXParameters parameters = new PKIXParameters(anchors);
                parameters.setRevocationEnabled(false);
                List<X509Certificate> path = Arrays.stream(chain)
                        .filter(certificate -> !isAnchor(certificate))
                        .toList();
                if (!path.isEmpty()) {
                    CertPathValidator.getInstance("PKIX")
                            .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
                }
            } catch (GeneralSecurityException e) {
                throw new CertificateException("the peer's certificate is not trusted: " + e.getMessage(), e);
            }
        }
        String refusal = refusal(validation, chain[0]);
        if (refusal != null) {
            throw new CertificateException(refusal);
        }
    }

    private boolean isAnchor(X509Certificate certificate) {
        return anchors.stream().anyMatch(anchor -> certificate.equals(anchor.getTrustedCert()));
    }

    /** Why a verified certificate is not the one that is wanted; null when it is. Also asked after a resumed handshake. */
    static @Nullable String refusal(PeerValidation validation, X509Certificate leaf) throws CertificateException {
        if (!validation.certificateHashes().isEmpty()
                && !validation.certificateHashes().contains(sha256(leaf))) {
            return "the peer's certificate has none of the expected hashes";
        }
        if (validation.names().isEmpty()) {
            return null;
        }
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            for (SanMatch match : validation.names()) {
                if (name.get(0) instanceof Integer tag
                        && tag == match.type().tag
                        && name.get(1) instanceof String text
                        && match.text().test(text)) {
                    return null;
                }
            }
        }
        return "verify SAN list: the peer's names " + names + " are not the expected ones";
    }

    static String sha256(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return anchors.stream().map(TrustAnchor::getTrustedCert).toArray(X509Certificate[]::new);
    }
}
