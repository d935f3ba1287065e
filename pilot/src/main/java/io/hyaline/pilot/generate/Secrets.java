package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.hyaline.model.Credential;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.pilot.wire.Protos;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The secrets of one gateway's own namespace, and which of them it has been referred to. */
final class Secrets {
    private static final String RESOURCE = "kubernetes://";
    static final String TRUSTED = "-cacert";

    private final MeshSnapshot mesh;
    private final String namespace;
    private final SortedMap<String, Secret> referred = new TreeMap<>();

    Secrets(MeshSnapshot mesh, String gatewayNamespace) {
        this.mesh = mesh;
        this.namespace = gatewayNamespace;
    }

    /** By resource name. */
    SortedMap<String, Secret> referred() {
        return referred;
    }

    ObjectKey key(String name) {
        return new ObjectKey(namespace, name);
    }

    @Nullable
    Credential credential(String name) {
        return mesh.traffic().credentials().get(key(name));
    }

    boolean hasCertificate(String name) {
        Credential credential = credential(name);
        return credential != null && !credential.certificates().isEmpty();
    }

    boolean hasTrusted(String name) {
        return !trusted(name).isEmpty();
    }

    SdsSecretConfig certificate(String name) {
        Credential credential = Objects.requireNonNull(credential(name), name);
        return reference(Secret.newBuilder()
                .setName(RESOURCE + name)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(credential.certificates()))
                        .setPrivateKey(inline(credential.privateKey())))
                .build());
    }

    /** CA certificates. */
    SdsSecretConfig validation(String name) {
        return reference(Secret.newBuilder()
                .setName(RESOURCE + name + TRUSTED)
                .setValidationContext(CertificateValidationContext.newBuilder().setTrustedCa(inline(trusted(name))))
                .build());
    }

    /** They have a secret of their own, or stand beside certificate and key. */
    private String trusted(String name) {
        Credential own = credential(name + TRUSTED);
        if (own != null && !own.trusted().isEmpty()) {
            return own.trusted();
        }
        Credential beside = credential(name);
        return beside == null ? "" : beside.trusted();
    }

    private SdsSecretConfig reference(Secret secret) {
        referred.put(secret.getName(), secret);
        return SdsSecretConfig.newBuilder()
                .setName(secret.getName())
                .setSdsConfig(Protos.ads())
                .build();
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineString(pem).build();
    }
}
