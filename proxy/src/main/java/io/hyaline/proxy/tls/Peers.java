package io.hyaline.proxy.tls;

import io.hyaline.proxy.client.PeerCertificate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what is worth knowing out of certificates. */
final class Peers {

    private Peers() {}

    static PeerCertificate read(X509Certificate peer, @Nullable TlsCertificate own) throws CertificateException {
        return new PeerCertificate(
                own == null
                        ? List.of()
                        : names(PeerTrust.certificates(own.chainPem()).getFirst(), 6),
                PeerTrust.sha256(peer),
                peer.getSubjectX500Principal().getName(),
                names(peer, 6),
                names(peer, 2),
                peer.getSerialNumber().toString(16).toLowerCase(Locale.ROOT),
                peer.getIssuerX500Principal().getName(),
                pem(peer));
    }

    static List<String> names(X509Certificate certificate, int type) throws CertificateException {
        List<String> found = new ArrayList<>();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (Integer.valueOf(type).equals(name.get(0)) && name.get(1) instanceof String text) {
                found.add(text);
            }
        }
        return List.copyOf(found);
    }

    private static String pem(X509Certificate certificate) throws CertificateEncodingException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.ISO_8859_1))
                .encodeToString(certificate.getEncoded());
        String text = "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
        return URLEncoder.encode(text, StandardCharsets.ISO_8859_1).replace("+", "%20");
    }
}
