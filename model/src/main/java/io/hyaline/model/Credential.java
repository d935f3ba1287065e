package io.hyaline.model;

/**
 * What a TLS secret holds; each part may be empty.
 *
 * @param certificates the chain, PEM
 * @param privateKey PEM
 * @param trusted CA certificates, PEM
 * @param complaint why its owner should look at it although it is used, or empty
 */
public record Credential(ObjectKey key, String certificates, String privateKey, String trusted, String complaint) {
    public Credential withComplaint(String reason) {
        return new Credential(key, certificates, privateKey, trusted, reason);
    }

    /** Without the key: this goes to logs. */
    @Override
    public String toString() {
        return "Credential " + key + (complaint.isEmpty() ? "" : " (" + complaint + ")");
    }
}
