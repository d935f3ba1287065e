package io.hyaline.model.gateway;

import java.util.List;

/**
 * How a server ends TLS, or lets it through.
 *
 * @param credentials names of secrets with certificate and key, in the gateway's own namespace
 * @param peerNames of a client's certificate one has to be among these; empty takes every one
 * @param peerHashes SHA-256 of client certificates that are taken; empty takes every one
 * @param lowest {@code TLSv1_2} or {@code TLSv1_3}
 * @param ciphers empty leaves the choice to the proxy
 */
public record ServerTls(
        Mode mode,
        boolean httpsRedirect,
        List<String> credentials,
        List<String> peerNames,
        List<String> peerHashes,
        String lowest,
        String highest,
        List<String> ciphers) {
    /** The names are Istio's. */
    public enum Mode {
        SIMPLE,
        MUTUAL,
        OPTIONAL_MUTUAL,
        ISTIO_MUTUAL,
        PASSTHROUGH,
        AUTO_PASSTHROUGH;

        public boolean endsTls() {
            return this != PASSTHROUGH && this != AUTO_PASSTHROUGH;
        }

        /** Clients' certificates are checked against the CA certificates of the secret. */
        public boolean asksForCertificate() {
            return this == MUTUAL || this == OPTIONAL_MUTUAL;
        }
    }

    public ServerTls {
        credentials = List.copyOf(credentials);
        peerNames = List.copyOf(peerNames);
        peerHashes = List.copyOf(peerHashes);
        ciphers = List.copyOf(ciphers);
    }
}
