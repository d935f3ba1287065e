package io.hyaline.xds.client;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Optional;
import java.util.function.Function;

/** The kinds of resource a proxy asks for, in the order in which it asks: clusters before whatever names them. */
public enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster", true, Cluster.class, Cluster.parser(), Cluster::getName),
    ENDPOINT(
            "envoy.config.endpoint.v3.ClusterLoadAssignment",
            false,
            ClusterLoadAssignment.class,
            ClusterLoadAssignment.parser(),
            ClusterLoadAssignment::getClusterName),
    LISTENER("envoy.config.listener.v3.Listener", true, Listener.class, Listener.parser(), Listener::getName),
    ROUTE(
            "envoy.config.route.v3.RouteConfiguration",
            false,
            RouteConfiguration.class,
            RouteConfiguration.parser(),
            RouteConfiguration::getName),
    SECRET("envoy.extensions.transport_sockets.tls.v3.Secret", false, Secret.class, Secret.parser(), Secret::getName);

    private static final String PREFIX = "type.googleapis.com/";

    private final String typeUrl;
    private final boolean wholeSet;
    private final Parser<? extends Message> parser;
    private final Function<Message, String> nameOf;

    <M extends Message> ResourceType(
            String message, boolean wholeSet, Class<M> type, Parser<M> parser, Function<M, String> name) {
        this.typeUrl = PREFIX + message;
        this.wholeSet = wholeSet;
        this.parser = parser;
        this.nameOf = resource -> name.apply(type.cast(resource));
    }

    public String typeUrl() {
        return typeUrl;
    }

    /** Whether a state-of-the-world response carries every resource, so that an absent one is gone (LDS, CDS). */
    public boolean wholeSet() {
        return wholeSet;
    }

    public String nameOf(Message resource) {
        return nameOf.apply(resource);
    }

    public Parser<? extends Message> parser() {
        return parser;
    }

    public static Optional<ResourceType> ofTypeUrl(String typeUrl) {
        for (ResourceType type : values()) {
            if (type.typeUrl.equals(typeUrl)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
