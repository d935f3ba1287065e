package io.hyaline.proxy.tls;

/** What SDS (or the bootstrap) names. */
public sealed interface SecretPlan {

    String name();

    record Certificate(String name, TlsCertificate certificate) implements SecretPlan {}

    record Validation(String name, PeerValidation validation) implements SecretPlan {}
}
