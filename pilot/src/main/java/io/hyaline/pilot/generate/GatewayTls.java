package io.hyaline.pilot.generate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import java.util.List;

/** How a gateway's servers end TLS, and the secrets for it: only those of the gateway's own namespace. */
final class GatewayTls {
    private static final String TLS_SOCKET = "envoy.transport_sockets.tls";

    private final Secrets secrets;

    GatewayTls(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Why a server cannot be served now, or an empty string: its secrets are missing or lack something. */
    String missing(ServerTls tls) {
        if (!tls.mode().endsTls() || tls.mode() == ServerTls.Mode.ISTIO_MUTUAL) {
            return "";
        }
        for (String name : tls.credentials()) {
            if (secrets.credential(name) == null) {
                return "secret " + secrets.key(name) + " does not exist or holds no certificate; the server is "
                        + "off until it does";
            }
            if (!secrets.hasCertificate(name)) {
                return "secret " + secrets.key(name) + " has no tls.crt and tls.key; the server is off";
            }
        }
        String first = tls.credentials().getFirst();
        if (tls.mode().asksForCertificate() && !secrets.hasTrusted(first)) {
            return "neither secret " + secrets.key(first + Secrets.TRUSTED) + " nor " + first
                    + " has ca.crt, which mode " + tls.mode() + " needs; the server is off";
        }
        return "";
    }

    /** The complaint of a secret that is used all the same, or an empty string. */
    String complaint(ServerTls tls) {
        return tls.credentials().stream()
                .map(secrets::credential)
                .filter(c -> c != null && !c.complaint().isEmpty())
                .map(c -> "secret " + c.key() + ": " + c.complaint())
                .findFirst()
                .orElse("");
    }

    TransportSocket socket(Server server, ServerTls tls) {
        return TransportSocket.newBuilder()
                .setName(TLS_SOCKET)
                .setTypedConfig(Any.pack(
                        tls.mode() == ServerTls.Mode.ISTIO_MUTUAL ? ofMesh(server, tls) : ofSecrets(server, tls)))
                .build();
    }

    private DownstreamTlsContext ofMesh(Server server, ServerTls tls) {
        CommonTlsContext.Builder common = Tls.mesh(List.of());
        common.setTlsParams(parameters(tls)).addAllAlpnProtocols(alpn(server));
        return DownstreamTlsContext.newBuilder()
                .setCommonTlsContext(common)
                .setRequireClientCertificate(BoolValue.of(true))
                .build();
    }

    private DownstreamTlsContext ofSecrets(Server server, ServerTls tls) {
        CommonTlsContext.Builder common =
                CommonTlsContext.newBuilder().setTlsParams(parameters(tls)).addAllAlpnProtocols(alpn(server));
        for (String name : tls.credentials()) {
            common.addTlsCertificateSdsSecretConfigs(secrets.certificate(name));
        }
        if (tls.mode().asksForCertificate()) {
            common.setCombinedValidationContext(CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(peers(tls))
                    .setValidationContextSdsSecretConfig(
                            secrets.validation(tls.credentials().getFirst())));
        }
        return DownstreamTlsContext.newBuilder()
                .setCommonTlsContext(common)
                .setRequireClientCertificate(BoolValue.of(tls.mode() == ServerTls.Mode.MUTUAL))
                .build();
    }

    private static TlsParameters parameters(ServerTls tls) {
        return TlsParameters.newBuilder()
                .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.valueOf(tls.lowest()))
                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.valueOf(tls.highest()))
                .addAllCipherSuites(tls.ciphers())
                .build();
    }

    private static List<String> alpn(Server server) {
        return server.isHttp() ? List.of("h2", "http/1.1") : List.of();
    }

    private static CertificateValidationContext peers(ServerTls tls) {
        return CertificateValidationContext.newBuilder()
                .addAllVerifyCertificateHash(tls.peerHashes())
                .addAllMatchTypedSubjectAltNames(Tls.anyOf(tls.peerNames()))
                .build();
    }
}
