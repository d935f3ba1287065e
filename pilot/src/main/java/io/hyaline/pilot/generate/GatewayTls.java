package io.hyaline.pilot.generate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.hyaline.model.Credential;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.pilot.wire.Protos;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How a gateway's servers end TLS, and the secrets for it: only those of the gateway's own namespace. */
final class GatewayTls {
    private static final String TLS_SOCKET = "envoy.transport_sockets.tls";
    private static final String RESOURCE = "kubernetes://";
    private static final String TRUSTED = "-cacert";

    private final MeshSnapshot mesh;
    private final String namespace;
    private final SortedMap<String, Secret> secrets = new TreeMap<>();

    GatewayTls(MeshSnapshot mesh, String gatewayNamespace) {
        this.mesh = mesh;
        this.namespace = gatewayNamespace;
    }

    /** Those that the sockets made so far refer to, by resource name. */
    SortedMap<String, Secret> secrets() {
        return secrets;
    }

    /** Why a server cannot be served now, or an empty string: its secrets are missing or lack something. */
    String missing(ServerTls tls) {
        if (!tls.mode().endsTls() || tls.mode() == ServerTls.Mode.ISTIO_MUTUAL) {
            return "";
        }
        for (String name : tls.credentials()) {
            Credential credential = credential(name);
            if (credential == null) {
                return "secret " + namespace + "/" + name + " does not exist or holds no certificate; the server is "
                        + "off until it does";
            }
            if (credential.certificates().isEmpty()) {
                return "secret " + namespace + "/" + name + " has no tls.crt and tls.key; the server is off";
            }
        }
        String first = tls.credentials().getFirst();
        if (tls.mode().asksForCertificate() && trusted(first).isEmpty()) {
            return "neither secret " + namespace + "/" + first + TRUSTED + " nor " + first + " has ca.crt, which mode "
                    + tls.mode() + " needs; the server is off";
        }
        return "";
    }

    /** The complaint of a secret that is used all the same, or an empty string. */
    String complaint(ServerTls tls) {
        return tls.credentials().stream()
                .map(this::credential)
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
            Credential credential = credential(name);
            if (credential != null) {
                common.addTlsCertificateSdsSecretConfigs(reference(certificate(RESOURCE + name, credential)));
            }
        }
        if (tls.mode().asksForCertificate()) {
            String name = tls.credentials().getFirst();
            common.setCombinedValidationContext(CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(peers(tls))
                    .setValidationContextSdsSecretConfig(
                            reference(validation(RESOURCE + name + TRUSTED, trusted(name)))));
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
        CertificateValidationContext.Builder peers =
                CertificateValidationContext.newBuilder().addAllVerifyCertificateHash(tls.peerHashes());
        for (String name : tls.peerNames()) {
            for (SubjectAltNameMatcher.SanType type : List.of(
                    SubjectAltNameMatcher.SanType.DNS,
                    SubjectAltNameMatcher.SanType.URI,
                    SubjectAltNameMatcher.SanType.EMAIL,
                    SubjectAltNameMatcher.SanType.IP_ADDRESS)) {
                peers.addMatchTypedSubjectAltNames(SubjectAltNameMatcher.newBuilder()
                        .setSanType(type)
                        .setMatcher(StringMatcher.newBuilder().setExact(name)));
            }
        }
        return peers.build();
    }

    private @Nullable Credential credential(String name) {
        return mesh.traffic().credentials().get(new ObjectKey(namespace, name));
    }

    /** CA certificates have a secret of their own, or stand beside certificate and key. */
    private String trusted(String name) {
        Credential own = credential(name + TRUSTED);
        if (own != null && !own.trusted().isEmpty()) {
            return own.trusted();
        }
        Credential beside = credential(name);
        return beside == null ? "" : beside.trusted();
    }

    private Secret certificate(String resource, Credential credential) {
        return Secret.newBuilder()
                .setName(resource)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(credential.certificates()))
                        .setPrivateKey(inline(credential.privateKey())))
                .build();
    }

    private static Secret validation(String resource, String trusted) {
        return Secret.newBuilder()
                .setName(resource)
                .setValidationContext(CertificateValidationContext.newBuilder().setTrustedCa(inline(trusted)))
                .build();
    }

    private SdsSecretConfig reference(Secret secret) {
        secrets.put(secret.getName(), secret);
        return SdsSecretConfig.newBuilder()
                .setName(secret.getName())
                .setSdsConfig(Protos.ads())
                .build();
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineString(pem).build();
    }
}
