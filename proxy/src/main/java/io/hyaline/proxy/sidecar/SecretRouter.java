package io.hyaline.proxy.sidecar;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.proxy.secret.IssuedSecrets;
import io.hyaline.proxy.secret.SecretSource;
import io.hyaline.proxy.secret.StreamedSecrets;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.proxy.warm.Need;
import io.hyaline.xds.client.ResourceType;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each wanted secret to where it comes from: the CA, an SDS server, or the ADS stream. */
final class SecretRouter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecretRouter.class);
    private static final String CA = "";

    private final Parts parts;
    private final Consumer<Secret> consumer;
    private final Map<String, SecretSource> sources = new ConcurrentHashMap<>();
    private final Set<String> complained = new HashSet<>();

    SecretRouter(Parts parts, Consumer<Secret> consumer) {
        this.parts = parts;
        this.consumer = consumer;
    }

    /**
     * Asks for the workload's certificate before a listener names it: it takes as long as the listeners, and a sidecar that comes
     * back should not wait for one after the other.
     */
    void begin() {
        if (parts.identity() != null) {
            Set<String> own = Set.of(IssuedSecrets.CERTIFICATE, IssuedSecrets.ROOTS);
            SecretSource source = create(CA, own);
            if (source != null) {
                sources.put(CA, source);
                source.want(own);
            }
        }
    }

    /** Tells every source what is wanted of it; returns the names that the ADS stream has to bring. */
    Set<String> want(Collection<Need> needs) {
        Set<String> fromAds = new HashSet<>();
        Map<String, Set<String>> bySource = new HashMap<>();
        for (Need need : needs) {
            if (need.type() != ResourceType.SECRET) {
                continue;
            }
            if (isOwn(need.name())) {
                bySource.computeIfAbsent(CA, _ -> new HashSet<>()).add(need.name());
                continue;
            }
            switch (need.source().getConfigSourceSpecifierCase()) {
                case ADS, SELF -> fromAds.add(need.name());
                case API_CONFIG_SOURCE ->
                    bySource.computeIfAbsent(cluster(need.source()), _ -> new HashSet<>())
                            .add(need.name());
                case PATH, PATH_CONFIG_SOURCE ->
                    complain(
                            need.name(),
                            "secrets from files by path_config_source are not read; inline the file names");
                case CONFIGSOURCESPECIFIER_NOT_SET -> {}
            }
        }
        sources.forEach((name, source) -> source.want(bySource.getOrDefault(name, Set.of())));
        bySource.forEach((name, names) -> {
            if (!sources.containsKey(name)) {
                SecretSource source = create(name, names);
                if (source != null) {
                    sources.put(name, source);
                    source.want(names);
                }
            }
        });
        return fromAds;
    }

    /** The first reason why a secret is not there; empty when there is none. May be asked from any thread. */
    String lastFailure() {
        for (SecretSource source : sources.values()) {
            if (!source.lastFailure().isEmpty()) {
                return source.lastFailure();
            }
        }
        return "";
    }

    @Override
    public void close() {
        sources.values().forEach(SecretSource::close);
    }

    private boolean isOwn(String name) {
        return parts.identity() != null && (name.equals(IssuedSecrets.CERTIFICATE) || name.equals(IssuedSecrets.ROOTS));
    }

    private @Nullable SecretSource create(String source, Set<String> names) {
        if (source.equals(CA) && parts.identity() != null) {
            return new IssuedSecrets(
                    parts.identity(),
                    parts.channels(),
                    parts.control(),
                    consumer,
                    InstantSource.system(),
                    Math::random);
        }
        Cluster cluster = parts.clusters().get(source);
        if (cluster == null) {
            complain(names.toString(), "their SDS cluster '" + source + "' is not in static_resources.clusters");
            return null;
        }
        return new StreamedSecrets(
                Target.ofCluster(cluster), parts.channels(), parts.node(), parts.intake(), parts.control(), consumer);
    }

    private static String cluster(ConfigSource source) {
        ApiConfigSource api = source.getApiConfigSource();
        return api.getGrpcServicesCount() == 0
                ? "(none)"
                : api.getGrpcServices(0).getEnvoyGrpc().getClusterName();
    }

    private void complain(String what, String reason) {
        if (complained.add(what)) {
            LOG.warn("{}: secret {}: {}", parts.node().getId(), what, reason);
        }
    }
}
