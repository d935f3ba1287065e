package io.hyaline.xds.server;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One client that speaks state of the world. */
public final class SotwSession {
    private final Map<ServedType, Subscription> subscriptions = new EnumMap<>(ServedType.class);
    private @Nullable NodeConfig config;
    private long nonces;

    private static final class Subscription {
        private final Delivery delivery;
        private Set<String> names = Set.of();
        private String nonce = "";
        private String version = "";

        Subscription(ServedType type) {
            this.delivery = new Delivery(type);
        }

        boolean all(ServedType type) {
            return type.wildcard() && (names.isEmpty() || names.contains("*"));
        }
    }

    /** What to answer; nothing to an ACK, to a NACK, to an answer that crossed a newer response, and before any config. */
    public List<DiscoveryResponse> request(DiscoveryRequest request) {
        ServedType type = ServedType.of(request.getTypeUrl());
        if (type == null) {
            return List.of();
        }
        Set<String> names = new HashSet<>(request.getResourceNamesList());
        Subscription known = subscriptions.get(type);
        if (known == null || request.getResponseNonce().isEmpty()) {
            Subscription fresh = new Subscription(type);
            fresh.names = names;
            subscriptions.put(type, fresh);
            return answer(type, fresh, names);
        }
        if (!request.getResponseNonce().equals(known.nonce)) {
            return List.of();
        }
        if (request.hasErrorDetail()) {
            known.delivery.nacked(known.nonce, request.getErrorDetail().getMessage());
        } else {
            known.delivery.acked(known.nonce);
        }
        if (names.equals(known.names)) {
            return List.of();
        }
        Set<String> added = new HashSet<>(names);
        added.removeAll(known.names);
        Set<String> dropped = new HashSet<>(known.names);
        dropped.removeAll(names);
        known.names = names;
        known.delivery.forget(dropped);
        return added.isEmpty() ? List.of() : answer(type, known, added);
    }

    /** The responses that bring the client to a new configuration, in order; only types in which something changed. */
    public List<DiscoveryResponse> update(NodeConfig next) {
        NodeConfig previous = config;
        config = next;
        List<DiscoveryResponse> responses = new ArrayList<>();
        Set<String> changedClusters = previous == null ? Set.of() : changedClusters(previous, next);
        for (Map.Entry<ServedType, Subscription> entry : subscriptions.entrySet()) {
            ServedType type = entry.getKey();
            Subscription subscription = entry.getValue();
            boolean warming = type == ServedType.ENDPOINT && !changedClusters.isEmpty();
            if (!warming && next.sameAs(previous, type)) {
                continue;
            }
            SortedMap<String, Served> wanted = wanted(next, type, subscription, null);
            if (type.wildcard()) {
                if (!version(wanted).equals(subscription.version)) {
                    responses.add(respond(type, subscription, wanted));
                }
                continue;
            }
            SortedMap<String, Served> changed = new TreeMap<>(wanted);
            changed.entrySet()
                    .removeIf(e -> e.getValue().version().equals(subscription.delivery.versionOf(e.getKey()))
                            && !(type == ServedType.ENDPOINT && changedClusters.contains(e.getKey())));
            if (!changed.isEmpty()) {
                responses.add(respond(type, subscription, changed));
            }
        }
        return responses;
    }

    public List<ResourceStatus> statuses() {
        return subscriptions.values().stream()
                .flatMap(s -> s.delivery.all().stream())
                .toList();
    }

    /** A cluster that changed warms again at the client and waits for its endpoints, changed or not. */
    private static Set<String> changedClusters(NodeConfig previous, NodeConfig next) {
        Set<String> changed = new HashSet<>();
        if (next.sameAs(previous, ServedType.CLUSTER)) {
            return changed;
        }
        SortedMap<String, Served> before = previous.of(ServedType.CLUSTER);
        next.of(ServedType.CLUSTER).forEach((name, served) -> {
            Served old = before.get(name);
            if (old == null || !old.version().equals(served.version())) {
                changed.add(name);
            }
        });
        return changed;
    }

    private List<DiscoveryResponse> answer(ServedType type, Subscription subscription, Set<String> asked) {
        NodeConfig current = config;
        boolean nothingAsked = !type.wildcard() && asked.isEmpty();
        if (current == null || nothingAsked) {
            return List.of();
        }
        Set<String> names = subscription.all(type) ? null : asked;
        return List.of(respond(type, subscription, wanted(current, type, subscription, names)));
    }

    private static SortedMap<String, Served> wanted(
            NodeConfig config, ServedType type, Subscription subscription, @Nullable Set<String> only) {
        SortedMap<String, Served> all = config.of(type);
        if (subscription.all(type)) {
            return all;
        }
        Set<String> names = type.wildcard() || only == null ? subscription.names : only;
        SortedMap<String, Served> wanted = new TreeMap<>();
        for (String name : names) {
            Served served = all.get(name);
            if (served != null) {
                wanted.put(name, served);
            }
        }
        return wanted;
    }

    private DiscoveryResponse respond(ServedType type, Subscription subscription, SortedMap<String, Served> resources) {
        subscription.nonce = String.valueOf(++nonces);
        subscription.version = version(resources);
        if (type.wildcard()) {
            Set<String> gone = new HashSet<>(subscription.delivery.names());
            gone.removeAll(resources.keySet());
            subscription.delivery.forget(gone);
        }
        subscription.delivery.sent(subscription.nonce, resources);
        return DiscoveryResponse.newBuilder()
                .setTypeUrl(type.url())
                .setVersionInfo(subscription.version)
                .setNonce(subscription.nonce)
                .addAllResources(resources.values().stream().map(Served::body).toList())
                .build();
    }

    private static String version(SortedMap<String, Served> resources) {
        StringBuilder content = new StringBuilder();
        resources.forEach((name, served) ->
                content.append(name).append('\n').append(served.version()).append('\n'));
        return Served.hash(content.toString().getBytes(StandardCharsets.UTF_8));
    }
}
