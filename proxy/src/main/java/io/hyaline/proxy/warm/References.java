package io.hyaline.proxy.warm;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.xds.client.ResourceType;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * What clusters and listeners name. Found once per message: equal messages are one object for all sidecars of a process,
 * and so is the answer.
 */
final class References {

    private static final Map<Message, Set<Need>> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private References() {}

    static Set<Need> of(Cluster cluster) {
        return KNOWN.computeIfAbsent(cluster, _ -> find(cluster));
    }

    static Set<Need> of(Listener listener) {
        return KNOWN.computeIfAbsent(listener, _ -> find(listener));
    }

    private static Set<Need> find(Cluster cluster) {
        Set<Need> needs = new LinkedHashSet<>();
        if (cluster.getType() == Cluster.DiscoveryType.EDS) {
            String service = cluster.getEdsClusterConfig().getServiceName();
            needs.add(new Need(
                    ResourceType.ENDPOINT,
                    service.isEmpty() ? cluster.getName() : service,
                    cluster.getEdsClusterConfig().getEdsConfig()));
        }
        addSecrets(cluster.getTransportSocket(), needs);
        cluster.getTransportSocketMatchesList().forEach(match -> addSecrets(match.getTransportSocket(), needs));
        return Set.copyOf(needs);
    }

    private static Set<Need> find(Listener listener) {
        Set<Need> needs = new LinkedHashSet<>();
        listener.getFilterChainsList().forEach(chain -> addChain(chain, needs));
        if (listener.hasDefaultFilterChain()) {
            addChain(listener.getDefaultFilterChain(), needs);
        }
        return Set.copyOf(needs);
    }

    private static void addChain(FilterChain chain, Set<Need> needs) {
        addSecrets(chain.getTransportSocket(), needs);
        for (Filter filter : chain.getFiltersList()) {
            Any config = filter.getTypedConfig();
            if (config.is(HttpConnectionManager.class)) {
                HttpConnectionManager http = unpack(config, HttpConnectionManager.class);
                if (http.hasRds()) {
                    Rds rds = http.getRds();
                    needs.add(new Need(ResourceType.ROUTE, rds.getRouteConfigName(), rds.getConfigSource()));
                }
            }
        }
    }

    private static void addSecrets(TransportSocket socket, Set<Need> needs) {
        Any config = socket.getTypedConfig();
        if (config.is(UpstreamTlsContext.class)) {
            addSecrets(unpack(config, UpstreamTlsContext.class).getCommonTlsContext(), needs);
        } else if (config.is(DownstreamTlsContext.class)) {
            addSecrets(unpack(config, DownstreamTlsContext.class).getCommonTlsContext(), needs);
        }
    }

    private static void addSecrets(CommonTlsContext tls, Set<Need> needs) {
        tls.getTlsCertificateSdsSecretConfigsList().forEach(sds -> addSecret(sds, needs));
        if (tls.hasValidationContextSdsSecretConfig()) {
            addSecret(tls.getValidationContextSdsSecretConfig(), needs);
        }
        if (tls.hasCombinedValidationContext()
                && tls.getCombinedValidationContext().hasValidationContextSdsSecretConfig()) {
            addSecret(tls.getCombinedValidationContext().getValidationContextSdsSecretConfig(), needs);
        }
    }

    private static void addSecret(SdsSecretConfig sds, Set<Need> needs) {
        needs.add(new Need(ResourceType.SECRET, sds.getName(), sds.getSdsConfig()));
    }

    private static <M extends Message> M unpack(Any any, Class<M> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an accepted resource holds an unreadable " + type.getSimpleName(), e);
        }
    }
}
