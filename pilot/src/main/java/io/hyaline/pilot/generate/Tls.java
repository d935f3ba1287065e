package io.hyaline.pilot.generate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.hyaline.model.Protocol;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The two ends of mesh mutual TLS. */
final class Tls {
    private static final String TLS_SOCKET = "envoy.transport_sockets.tls";
    private static final List<String> CIPHERS = List.of(
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
            "AES128-GCM-SHA256");

    private Tls() {}

    /** The server's end: whoever calls shows a certificate of the same trust domain. */
    static TransportSocket inbound(boolean http, String trustDomain) {
        SubjectAltNameMatcher sameTrustDomain = uri(StringMatcher.newBuilder()
                .setPrefix("spiffe://" + trustDomain + "/")
                .build());
        CommonTlsContext.Builder common = common(List.of(sameTrustDomain))
                .addAllAlpnProtocols(
                        http ? List.of("h2", "http/1.1") : List.of("istio-peer-exchange", "h2", "http/1.1"));
        common.getTlsParamsBuilder().addAllCipherSuites(CIPHERS);
        return TransportSocket.newBuilder()
                .setName(TLS_SOCKET)
                .setTypedConfig(Any.pack(DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .setRequireClientCertificate(BoolValue.of(true))
                        .build()))
                .build();
    }

    /** The client's end: the server shows one of the service accounts that the destination runs as. */
    static TransportSocket outbound(List<String> alpn, String sni, Collection<String> spiffeIds) {
        List<SubjectAltNameMatcher> servers = spiffeIds.stream()
                .map(id -> uri(StringMatcher.newBuilder().setExact(id).build()))
                .toList();
        return upstream(UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(common(servers).addAllAlpnProtocols(alpn))
                .setSni(sni)
                .build());
    }

    static TransportSocket upstream(UpstreamTlsContext context) {
        return TransportSocket.newBuilder()
                .setName(TLS_SOCKET)
                .setTypedConfig(Any.pack(context))
                .build();
    }

    /** A certificate with one of these names, of whatever kind. */
    static List<SubjectAltNameMatcher> anyOf(Collection<String> names) {
        List<SubjectAltNameMatcher> matchers = new ArrayList<>();
        for (String name : names) {
            StringMatcher exact = StringMatcher.newBuilder().setExact(name).build();
            for (SubjectAltNameMatcher.SanType type : List.of(
                    SubjectAltNameMatcher.SanType.DNS,
                    SubjectAltNameMatcher.SanType.URI,
                    SubjectAltNameMatcher.SanType.EMAIL,
                    SubjectAltNameMatcher.SanType.IP_ADDRESS)) {
                matchers.add(SubjectAltNameMatcher.newBuilder()
                        .setSanType(type)
                        .setMatcher(exact)
                        .build());
            }
        }
        return matchers;
    }

    static TransportSocket plaintext() {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.raw_buffer")
                .setTypedConfig(Any.pack(RawBuffer.getDefaultInstance()))
                .build();
    }

    /** Said per cluster and not per request: see docs/compatibility.md, "istio.alpn". */
    static List<String> offered(Protocol protocol, boolean http2) {
        if (http2) {
            return List.of("istio-h2", "istio", "h2");
        }
        if (protocol.isHttp()) {
            return List.of("istio-http/1.1", "istio", "http/1.1");
        }
        return List.of("istio-peer-exchange", "istio");
    }

    /** Own certificate and the mesh's root, from beside the proxy; an empty list takes every identity. */
    static CommonTlsContext.Builder mesh(List<SubjectAltNameMatcher> peers) {
        return common(peers).clearTlsParams();
    }

    private static CommonTlsContext.Builder common(List<SubjectAltNameMatcher> peers) {
        return CommonTlsContext.newBuilder()
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
                        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(secret("default"))
                .setCombinedValidationContext(CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                        .setDefaultValidationContext(
                                CertificateValidationContext.newBuilder().addAllMatchTypedSubjectAltNames(peers))
                        .setValidationContextSdsSecretConfig(secret("ROOTCA")));
    }

    private static SdsSecretConfig secret(String name) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(Protos.localSecrets())
                .build();
    }

    private static SubjectAltNameMatcher uri(StringMatcher matcher) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(SubjectAltNameMatcher.SanType.URI)
                .setMatcher(matcher)
                .build();
    }
}
