package io.hyaline.pilot.generate;

import io.hyaline.model.MtlsMode;
import io.hyaline.model.Protocol;
import java.util.List;

/**
 * One inbound filter chain of a port: which connections it takes and what it does with them.
 *
 * @param tls matches a connection that begins with a ClientHello
 * @param alpn the application protocols it matches; empty matches all
 * @param http handled as HTTP, else as TCP
 * @param endsTls TLS ends here; else a TLS connection is passed on as it is
 */
record ChainSpec(boolean tls, List<String> alpn, boolean http, boolean endsTls) {
    private static final List<String> MTLS_HTTP = List.of("istio-http/1.0", "istio-http/1.1", "istio-h2");
    private static final List<String> MTLS_TCP = List.of("istio-peer-exchange", "istio");
    static final List<String> ALL_ISTIO =
            List.of("istio-peer-exchange", "istio", "istio-http/1.0", "istio-http/1.1", "istio-h2");
    static final List<String> PLAIN_HTTP = List.of("http/1.1", "h2c");
    private static final List<String> ANY = List.of();

    /** What is known of a port's protocol when a connection arrives. */
    private enum Kind {
        HTTP,
        AUTO,
        TCP
    }

    private static ChainSpec mtls(boolean http, List<String> alpn) {
        return new ChainSpec(true, alpn, http, true);
    }

    private static ChainSpec plain(boolean http, List<String> alpn) {
        return new ChainSpec(false, alpn, http, false);
    }

    private static ChainSpec foreignTls() {
        return new ChainSpec(true, ANY, false, false);
    }

    static List<ChainSpec> of(MtlsMode mode, Protocol protocol) {
        Kind kind = protocol == Protocol.AUTO ? Kind.AUTO : protocol.isHttp() ? Kind.HTTP : Kind.TCP;
        return switch (mode) {
            case PERMISSIVE -> permissive(kind);
            case STRICT ->
                switch (kind) {
                    case HTTP -> List.of(mtls(true, ANY));
                    case AUTO -> List.of(mtls(true, MTLS_HTTP), mtls(false, ANY));
                    case TCP -> List.of(mtls(false, ANY));
                };
            case DISABLE ->
                switch (kind) {
                    case HTTP -> List.of(plain(true, ANY));
                    case AUTO -> List.of(plain(true, PLAIN_HTTP), plain(false, ANY));
                    case TCP -> List.of(plain(false, ANY));
                };
        };
    }

    private static List<ChainSpec> permissive(Kind kind) {
        return switch (kind) {
            case HTTP -> List.of(mtls(true, ALL_ISTIO), plain(true, ANY));
            case AUTO ->
                List.of(
                        mtls(true, MTLS_HTTP),
                        plain(true, PLAIN_HTTP),
                        mtls(false, MTLS_TCP),
                        plain(false, ANY),
                        foreignTls());
            case TCP -> List.of(mtls(false, ALL_ISTIO), foreignTls(), plain(false, ANY));
        };
    }

    /** The ClientHello has to be read before this chain can be told from others. */
    boolean needsTlsInspector() {
        return tls;
    }

    /** The first bytes of plaintext have to be read. */
    boolean needsHttpInspector() {
        return !tls && !alpn.isEmpty();
    }
}
