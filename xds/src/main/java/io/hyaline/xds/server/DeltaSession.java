package io.hyaline.xds.server;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One client that speaks delta. */
public final class DeltaSession {
    private final Map<ServedType, Subscription> subscriptions = new EnumMap<>(ServedType.class);
    private @Nullable NodeConfig config;
    private long nonces;

    private static final class Subscription {
        private final Delivery delivery;
        private final Set<String> names = new HashSet<>();
        private boolean all;

        /** A client waits for the first answer, even for one that says there is nothing. */
        private boolean answered;

        Subscription(ServedType type) {
            this.delivery = new Delivery(type);
        }
    }

    public List<DeltaDiscoveryResponse> request(DeltaDiscoveryRequest request) {
        ServedType type = ServedType.of(request.getTypeUrl());
        if (type == null) {
            return List.of();
        }
        Subscription subscription = subscriptions.get(type);
        if (subscription == null) {
            subscription = new Subscription(type);
            subscriptions.put(type, subscription);
            request.getInitialResourceVersionsMap().forEach(subscription.delivery::holds);
            subscription.all = type.wildcard() && request.getResourceNamesSubscribeCount() == 0;
        } else {
            // asked for by name: the client does not hold it any more, whatever was sent before
            subscription.delivery.forget(request.getResourceNamesSubscribeList());
        }
        heard(subscription, request);
        Set<String> asked = new HashSet<>(request.getResourceNamesSubscribeList());
        subscription.all |= type.wildcard() && asked.remove("*");
        subscription.names.addAll(asked);
        unsubscribed(type, subscription, request.getResourceNamesUnsubscribeList());
        boolean silent = subscription.answered && asked.isEmpty();
        return config == null || silent ? List.of() : answer(type, subscription, config, asked);
    }

    /** The responses that bring the client to a new configuration, in order; only what changed. */
    public List<DeltaDiscoveryResponse> update(NodeConfig next) {
        NodeConfig previous = config;
        config = next;
        Set<String> changedClusters = Set.of();
        List<DeltaDiscoveryResponse> responses = new ArrayList<>();
        for (Map.Entry<ServedType, Subscription> entry : subscriptions.entrySet()) {
            ServedType type = entry.getKey();
            Subscription subscription = entry.getValue();
            boolean warming = type == ServedType.ENDPOINT && !changedClusters.isEmpty();
            if (subscription.answered && !warming && next.sameAs(previous, type)) {
                continue;
            }
            if (type == ServedType.ENDPOINT) {
                // a changed cluster warms again and waits for its endpoints, changed or not
                subscription.delivery.forget(changedClusters);
            }
            SortedMap<String, Served> changed = changed(next, type, subscription);
            List<String> removed = removed(next, type, subscription, Set.of());
            if (type == ServedType.CLUSTER) {
                changedClusters = Set.copyOf(changed.keySet());
            }
            if (!changed.isEmpty() || !removed.isEmpty() || !subscription.answered) {
                responses.add(respond(type, subscription, changed, removed));
            }
        }
        return responses;
    }

    public List<ResourceStatus> statuses() {
        return subscriptions.values().stream()
                .flatMap(s -> s.delivery.all().stream())
                .toList();
    }

    private static void heard(Subscription subscription, DeltaDiscoveryRequest request) {
        String nonce = request.getResponseNonce();
        if (nonce.isEmpty()) {
            return;
        }
        if (request.hasErrorDetail()) {
            subscription.delivery.nacked(nonce, request.getErrorDetail().getMessage());
        } else {
            subscription.delivery.acked(nonce);
        }
    }

    private static void unsubscribed(ServedType type, Subscription subscription, List<String> names) {
        names.forEach(subscription.names::remove);
        if (type.wildcard() && names.contains("*")) {
            subscription.all = false;
        }
        if (!subscription.all) {
            subscription.delivery.forget(names);
        }
    }

    private List<DeltaDiscoveryResponse> answer(
            ServedType type, Subscription subscription, NodeConfig current, Set<String> asked) {
        SortedMap<String, Served> changed = changed(current, type, subscription);
        List<String> removed = removed(current, type, subscription, asked);
        boolean nothing = changed.isEmpty() && removed.isEmpty() && subscription.answered;
        return nothing ? List.of() : List.of(respond(type, subscription, changed, removed));
    }

    private static SortedMap<String, Served> changed(NodeConfig config, ServedType type, Subscription subscription) {
        SortedMap<String, Served> changed = new TreeMap<>();
        config.of(type).forEach((name, served) -> {
            boolean wanted = subscription.all || subscription.names.contains(name);
            if (wanted && !served.version().equals(subscription.delivery.versionOf(name))) {
                changed.put(name, served);
            }
        });
        return changed;
    }

    /** What the client holds, or has just asked for, and does not exist. */
    private static List<String> removed(
            NodeConfig config, ServedType type, Subscription subscription, Set<String> asked) {
        Set<String> gone = new HashSet<>(subscription.delivery.names());
        gone.addAll(asked);
        gone.removeAll(config.of(type).keySet());
        return gone.stream().sorted().toList();
    }

    private DeltaDiscoveryResponse respond(
            ServedType type, Subscription subscription, SortedMap<String, Served> changed, List<String> removed) {
        String nonce = String.valueOf(++nonces);
        subscription.answered = true;
        subscription.delivery.sent(nonce, changed);
        subscription.delivery.forget(removed);
        DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type.url())
                .setNonce(nonce)
                .setSystemVersionInfo(config == null ? "" : String.valueOf(config.snapshot()))
                .addAllRemovedResources(removed);
        changed.forEach((name, served) -> response.addResources(
                Resource.newBuilder().setName(name).setVersion(served.version()).setResource(served.body())));
        return response.build();
    }
}
