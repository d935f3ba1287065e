package io.hyaline.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.pilot.json.EnvoyJson;

/** What a patch holds, as the message that it is part of. */
public final class PatchValues {
    private PatchValues() {}

    /** Why a value cannot be used, or an empty text. */
    public static String complaint(ApplyTo applyTo, String json) {
        try {
            parse(applyTo, json);
            return "";
        } catch (InvalidProtocolBufferException e) {
            return String.valueOf(e.getMessage());
        }
    }

    static Message parse(ApplyTo applyTo, String json) throws InvalidProtocolBufferException {
        Message.Builder builder = switch (applyTo) {
            case LISTENER -> Listener.newBuilder();
            case FILTER_CHAIN -> FilterChain.newBuilder();
            case NETWORK_FILTER -> Filter.newBuilder();
            case HTTP_FILTER -> HttpFilter.newBuilder();
            case LISTENER_FILTER -> ListenerFilter.newBuilder();
            case ROUTE_CONFIGURATION -> RouteConfiguration.newBuilder();
            case VIRTUAL_HOST -> VirtualHost.newBuilder();
            case HTTP_ROUTE -> Route.newBuilder();
            case CLUSTER -> Cluster.newBuilder();
            case EXTENSION_CONFIG, BOOTSTRAP -> null;
        };
        if (builder == null) {
            throw new InvalidProtocolBufferException(
                    "applyTo " + applyTo + " is not supported; patch a filter instead");
        }
        try {
            EnvoyJson.parse(json, builder);
            return builder.build();
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidProtocolBufferException(
                    "the value of a " + applyTo + " patch is not valid: " + e.getMessage());
        }
    }
}
