package io.hyaline.apiserver.http;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * A request as it came over the wire.
 *
 * @param headers by lower-case name
 * @param certificates what the client proved to have, its own first; empty without one
 * @param peer address of the client
 */
@SuppressWarnings("ArrayRecordComponent") // requests are never compared
public record Request(
        String method,
        String path,
        Query query,
        Map<String, String> headers,
        byte[] body,
        List<X509Certificate> certificates,
        String peer) {

    /** A header's value, or the empty string. */
    public String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }

    /** The content type without parameters. */
    public String contentType() {
        String type = header("content-type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip();
    }
}
