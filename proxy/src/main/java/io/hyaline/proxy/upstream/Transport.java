package io.hyaline.proxy.upstream;

import io.hyaline.proxy.tls.TlsPlan;
import org.jspecify.annotations.Nullable;

/** What lies between TCP and the application's bytes. */
public sealed interface Transport {

    record Plain() implements Transport {}

    record Tls(TlsPlan.Upstream plan) implements Transport {}

    /** A PROXY header, then the inner transport. */
    record ProxyProtocol(int version, Transport inner) implements Transport {}

    /** The TLS that is spoken, behind a PROXY header or not; null when none is. */
    default TlsPlan.@Nullable Upstream security() {
        return switch (this) {
            case Plain() -> null;
            case Tls(TlsPlan.Upstream plan) -> plan;
            case ProxyProtocol(int version, Transport inner) -> inner.security();
        };
    }
}
