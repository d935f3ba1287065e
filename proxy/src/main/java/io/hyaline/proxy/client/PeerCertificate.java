package io.hyaline.proxy.client;

import java.util.List;

/**
 * What a verified TLS peer showed, read once per connection.
 *
 * @param localUris the URI names of the own certificate
 * @param sha256 lower-case hex of the peer's certificate
 * @param subject RFC 2253 text
 * @param pem the peer's certificate, URL-encoded as x-forwarded-client-cert wants it
 */
public record PeerCertificate(
        List<String> localUris,
        String sha256,
        String subject,
        List<String> uris,
        List<String> dnsNames,
        String serial,
        String issuer,
        String pem) {}
