package io.hyaline.proxy.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of TLS as configured. Certificates and anchors are inline, or named secrets that arrive by SDS.
 *
 * @param certificateSecrets SDS names of certificates
 * @param validationSecret SDS name of the validation context, completing {@code validation}
 * @param ciphers for TLS 1.2, by OpenSSL's names; empty means the default
 * @param groups for the key exchange; empty means the default
 * @param minVersion a protocol name of JSSE, such as {@code TLSv1.2}
 */
public record TlsPlan(
        List<TlsCertificate> certificates,
        List<String> certificateSecrets,
        @Nullable PeerValidation validation,
        @Nullable String validationSecret,
        List<String> alpn,
        String minVersion,
        String maxVersion,
        List<String> ciphers,
        List<String> groups) {

    /** A listener's end. */
    public record Downstream(TlsPlan tls, boolean requireClientCertificate) {

        /** The same without one protocol in its ALPN: one that the chain's filters do not speak. */
        public Downstream without(String protocol) {
            List<String> others =
                    tls.alpn().stream().filter(each -> !each.equals(protocol)).toList();
            return new Downstream(
                    new TlsPlan(
                            tls.certificates,
                            tls.certificateSecrets,
                            tls.validation,
                            tls.validationSecret,
                            others,
                            tls.minVersion,
                            tls.maxVersion,
                            tls.ciphers,
                            tls.groups),
                    requireClientCertificate);
        }
    }

    /** A cluster's end; an empty SNI sends none. */
    public record Upstream(TlsPlan tls, String sni) {}
}
