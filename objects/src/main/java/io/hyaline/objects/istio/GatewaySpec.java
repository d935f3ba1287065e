package io.hyaline.objects.istio;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} Gateway. */
public record GatewaySpec(List<Server> servers, Map<String, String> selector) {
    public enum TlsMode {
        PASSTHROUGH,
        SIMPLE,
        MUTUAL,
        AUTO_PASSTHROUGH,
        ISTIO_MUTUAL,
        OPTIONAL_MUTUAL
    }

    public enum TlsVersion {
        TLS_AUTO,
        TLSV1_0,
        TLSV1_1,
        TLSV1_2,
        TLSV1_3
    }

    public record Server(
            @Required @Nullable Port port,
            String bind,
            @Required List<String> hosts,
            @Nullable ServerTls tls,
            String defaultEndpoint,
            String name) {}

    public record ServerTls(
            boolean httpsRedirect,
            @Nullable TlsMode mode,
            String credentialName,
            List<String> credentialNames,
            @JsonUnwrapped @Nullable TlsFiles files,
            List<String> subjectAltNames,
            List<String> verifyCertificateSpki,
            List<String> verifyCertificateHash,
            @Nullable TlsVersion minProtocolVersion,
            @Nullable TlsVersion maxProtocolVersion,
            List<String> cipherSuites) {}

    /** Certificates and keys as files of the gateway. */
    public record TlsFiles(
            String serverCertificate,
            String privateKey,
            String caCertificates,
            String caCrl,
            List<TlsCertificate> tlsCertificates) {}

    public record TlsCertificate(String serverCertificate, String privateKey, String caCertificates) {}
}
