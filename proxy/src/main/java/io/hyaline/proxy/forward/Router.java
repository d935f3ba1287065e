package io.hyaline.proxy.forward;

import io.hyaline.proxy.upstream.Clusters;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of a connection manager have in common.
 *
 * @param keptBytes how much of a request's body is kept for another attempt
 * @param addsHeaders whether answers get headers of the router's own
 * @param ownAddress the proxy's own address, which copies of requests name; null when nobody knows it
 */
public record Router(
        Clusters clusters,
        int keptBytes,
        boolean addsHeaders,
        UpstreamAlpn alpn,
        @Nullable String ownAddress) {}
