package io.hyaline.proxy.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of TLS as configured. Certificates and anchors are inline, or named secrets that arrive by SDS.
 *
 * @param certificateSecrets SDS names of certificates
 * @param validationSecret SDS name of the validation context, completing {@code validation}
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
        List<String> ciphers) {

    /** A listener's end. */
    public record Downstream(TlsPlan tls, boolean requireClientCertificate) {}

    /** A cluster's end; an empty SNI sends none. */
    public record Upstream(TlsPlan tls, String sni) {}
}
