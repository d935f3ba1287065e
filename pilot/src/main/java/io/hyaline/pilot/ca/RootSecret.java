package io.hyaline.pilot.ca;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the root is kept, in a namespace that has to exist: one's own in Secret {@code cacerts}, else the one made here once in {@code istio-ca-secret}. */
public final class RootSecret {
    private static final Logger LOG = LoggerFactory.getLogger(RootSecret.class);
    private static final String NAMESPACE = "istio-system";
    private static final String OWN = "cacerts";
    private static final String MADE = "istio-ca-secret";
    private static final String CERTIFICATE = "ca-cert.pem";
    private static final String KEY = "ca-key.pem";
    private static final String ROOT = "root-cert.pem";
    private static final int CONFLICT = 409;

    private RootSecret() {}

    public static CertificateAuthority authority(KubernetesClient client, String trustDomain, InstantSource clock) {
        for (String name : new String[] {OWN, MADE}) {
            Secret secret =
                    client.secrets().inNamespace(NAMESPACE).withName(name).get();
            if (secret != null) {
                return new CertificateAuthority(read(secret), clock);
            }
        }
        RootMaterial made = RootMaterial.selfSigned(trustDomain, clock.instant());
        try {
            client.resource(secret(made)).create();
            LOG.info("made a root certificate, kept in Secret {}/{}", NAMESPACE, MADE);
            return new CertificateAuthority(made, clock);
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
            // somebody else was quicker: theirs is the root
            return new CertificateAuthority(
                    read(client.secrets().inNamespace(NAMESPACE).withName(MADE).require()), clock);
        }
    }

    private static Secret secret(RootMaterial material) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(MADE)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withType("istio.io/ca-root")
                .addToData(CERTIFICATE, encoded(material.certificatePem()))
                .addToData(KEY, encoded(material.keyPem()))
                .addToData(ROOT, encoded(material.rootPem()))
                .addToData("cert-chain.pem", "")
                .addToData("key.pem", "")
                .build();
    }

    private static RootMaterial read(Secret secret) {
        try {
            String certificate = decoded(secret, CERTIFICATE);
            boolean hasRoot = secret.getData().containsKey(ROOT);
            return RootMaterial.ofPem(certificate, decoded(secret, KEY), hasRoot ? decoded(secret, ROOT) : certificate);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Secret " + NAMESPACE + "/" + secret.getMetadata().getName() + ": " + e.getMessage()
                            + "; repair it, or delete it to have a new root made",
                    e);
        }
    }

    private static String decoded(Secret secret, String key) {
        String value = secret.getData() == null ? null : secret.getData().get(key);
        if (value == null) {
            throw new IllegalArgumentException("no key " + key);
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
