package io.hyaline.pilot.generate;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.ProxyProtocolConfig;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Workload;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.policy.TrafficPolicy.ClientTls;
import io.hyaline.pilot.policy.HttpSettings;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The client's end of the way to a cluster: mesh TLS where the endpoint takes it, or what a DestinationRule says. */
final class UpstreamTls {
    private static final String SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

    private final MeshSnapshot mesh;
    private final @Nullable Secrets secrets;

    /** @param secrets null for a proxy that is given none: a sidecar */
    UpstreamTls(MeshSnapshot mesh, @Nullable Secrets secrets) {
        this.mesh = mesh;
        this.secrets = secrets;
    }

    /** Why the cluster cannot be offered now, or an empty string. */
    String missing(Upstream upstream) {
        ClientTls tls = upstream.policy().tls();
        if (tls == null || tls.credential().isEmpty() || !named(tls.mode())) {
            return "";
        }
        if (secrets == null) {
            return "tls.credentialName " + tls.credential() + " is for gateways; sidecars are given no secrets";
        }
        if (tls.mode() == ClientTls.Mode.MUTUAL && !secrets.hasCertificate(tls.credential())) {
            return "secret " + secrets.key(tls.credential()) + " does not exist or has no tls.crt and tls.key";
        }
        return tls.skipVerify() || secrets.hasTrusted(tls.credential())
                ? ""
                : "neither secret " + secrets.key(tls.credential() + Secrets.TRUSTED) + " nor " + tls.credential()
                        + " has ca.crt";
    }

    void apply(Upstream upstream, Cluster.Builder cluster) {
        ClientTls tls = upstream.policy().tls();
        if (tls == null) {
            ofMesh(upstream, cluster);
        } else {
            switch (tls.mode()) {
                case DISABLE -> {}
                case ISTIO_MUTUAL -> cluster.setTransportSocket(always(upstream, tls));
                case SIMPLE, MUTUAL -> cluster.setTransportSocket(foreign(upstream, tls));
            }
        }
        if (upstream.policy().proxyHeader() != null) {
            withHeader(upstream.policy().proxyHeader(), cluster);
        }
    }

    private static boolean named(ClientTls.Mode mode) {
        return mode == ClientTls.Mode.SIMPLE || mode == ClientTls.Mode.MUTUAL;
    }

    private void ofMesh(Upstream upstream, Cluster.Builder cluster) {
        if (!mesh.mesh().autoMtls() || upstream.service().external()) {
            return;
        }
        TransportSocket tls = Tls.outbound(alpn(upstream), upstream.serverName(), identities(upstream));
        if (!upstream.followsDestination()) {
            cluster.addTransportSocketMatches(match("tlsMode-istio")
                            .setTransportSocket(tls)
                            .setMatch(Struct.newBuilder()
                                    .putFields(
                                            "tlsMode",
                                            Value.newBuilder()
                                                    .setStringValue("istio")
                                                    .build())))
                    .addTransportSocketMatches(match("tlsMode-disabled")
                            .setTransportSocket(Tls.plaintext())
                            .setMatch(Struct.getDefaultInstance()));
        } else if (allSpeakTls(upstream)) {
            // the original destination carries no metadata to choose by, so TLS only when every pod takes it
            cluster.setTransportSocket(tls);
        }
    }

    private boolean allSpeakTls(Upstream upstream) {
        List<Endpoint> endpoints = upstream.endpoints(mesh);
        return !endpoints.isEmpty() && endpoints.stream().allMatch(mesh::speaksMeshTls);
    }

    private SortedSet<String> identities(Upstream upstream) {
        SortedSet<String> ids = new TreeSet<>();
        for (Endpoint endpoint : upstream.endpoints(mesh)) {
            Workload workload = mesh.workloadOf(endpoint);
            if (workload != null) {
                ids.add(workload.spiffeId(mesh.mesh().trustDomain()));
            }
        }
        return ids;
    }

    private static List<String> alpn(Upstream upstream) {
        return Tls.offered(upstream.protocol(), HttpSettings.speaksHttp2(upstream.protocol(), upstream.policy()));
    }

    private TransportSocket always(Upstream upstream, ClientTls tls) {
        return Tls.outbound(
                alpn(upstream),
                tls.serverName().isEmpty() ? upstream.serverName() : tls.serverName(),
                tls.peerNames().isEmpty() ? identities(upstream) : tls.peerNames());
    }

    private TransportSocket foreign(Upstream upstream, ClientTls tls) {
        String host = upstream.service().host();
        String name = tls.serverName().isEmpty() && !Hosts.isWildcard(host) ? host : tls.serverName();
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder();
        if (tls.mode() == ClientTls.Mode.MUTUAL && secrets != null) {
            common.addTlsCertificateSdsSecretConfigs(secrets.certificate(tls.credential()));
        }
        if (!tls.skipVerify()) {
            verification(tls, name, common);
        }
        if (HttpSettings.speaksHttp2(upstream.protocol(), upstream.policy())) {
            common.addAlpnProtocols("h2");
        }
        return Tls.upstream(UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(common)
                .setSni(name)
                .build());
    }

    private void verification(ClientTls tls, String serverName, CommonTlsContext.Builder common) {
        CertificateValidationContext.Builder peers = CertificateValidationContext.newBuilder();
        List<String> names = tls.peerNames();
        if (names.isEmpty() && !serverName.isEmpty()) {
            names = List.of(serverName);
        }
        peers.addAllMatchTypedSubjectAltNames(Tls.anyOf(names));
        if (secrets != null && !tls.credential().isEmpty()) {
            common.setCombinedValidationContext(CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(peers)
                    .setValidationContextSdsSecretConfig(secrets.validation(tls.credential())));
        } else {
            common.setValidationContext(
                    peers.setTrustedCa(DataSource.newBuilder().setFilename(SYSTEM_CERTIFICATES)));
        }
    }

    private static void withHeader(TrafficPolicy.ProxyHeader version, Cluster.Builder cluster) {
        for (Cluster.TransportSocketMatch.Builder match : cluster.getTransportSocketMatchesBuilderList()) {
            match.setTransportSocket(preceded(version, match.getTransportSocket()));
        }
        if (cluster.hasTransportSocket() || cluster.getTransportSocketMatchesCount() == 0) {
            TransportSocket inner = cluster.hasTransportSocket() ? cluster.getTransportSocket() : Tls.plaintext();
            cluster.setTransportSocket(preceded(version, inner));
        }
    }

    private static TransportSocket preceded(TrafficPolicy.ProxyHeader version, TransportSocket inner) {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.upstream_proxy_protocol")
                .setTypedConfig(Any.pack(ProxyProtocolUpstreamTransport.newBuilder()
                        .setConfig(ProxyProtocolConfig.newBuilder()
                                .setVersion(
                                        switch (version) {
                                            case V1 -> ProxyProtocolConfig.Version.V1;
                                            case V2 -> ProxyProtocolConfig.Version.V2;
                                        }))
                        .setTransportSocket(inner)
                        .build()))
                .build();
    }

    private static Cluster.TransportSocketMatch.Builder match(String name) {
        return Cluster.TransportSocketMatch.newBuilder().setName(name);
    }
}
