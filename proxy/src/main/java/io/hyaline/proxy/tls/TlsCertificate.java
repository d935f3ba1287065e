package io.hyaline.proxy.tls;

/** A certificate chain and its private key, both PEM. Never printed. */
public record TlsCertificate(String chainPem, String keyPem) {

    @Override
    public String toString() {
        return "TlsCertificate[redacted]";
    }
}
