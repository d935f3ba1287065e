package io.hyaline.proxy.upstream;

import io.hyaline.proxy.tls.TlsPlan;

/** What lies between TCP and the application's bytes. */
public sealed interface Transport {

    record Plain() implements Transport {}

    record Tls(TlsPlan.Upstream plan) implements Transport {}

    /** A PROXY header, then the inner transport. */
    record ProxyProtocol(int version, Transport inner) implements Transport {}
}
