package io.hyaline.xds.server;

import org.jspecify.annotations.Nullable;

/** The types that are served, in the order in which an update is sent: no reference before what it refers to. */
public enum ServedType {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster", true),
    ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", false),
    LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener", true),
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration", false),
    SECRET("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", false);

    private final String url;
    private final boolean wildcard;

    ServedType(String url, boolean wildcard) {
        this.url = url;
        this.wildcard = wildcard;
    }

    public String url() {
        return url;
    }

    /** Whether a client may ask for all of them without naming any; then each answer is the whole set. */
    public boolean wildcard() {
        return wildcard;
    }

    public static @Nullable ServedType of(String url) {
        for (ServedType type : values()) {
            if (type.url.equals(url)) {
                return type;
            }
        }
        return null;
    }
}
