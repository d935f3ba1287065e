package io.hyaline.pilot.serve;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.hyaline.xds.server.DeltaSession;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.ServedType;
import io.hyaline.xds.server.SotwSession;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A client as a model: what it holds after each push; it asks by name for whatever there is. */
abstract class Holder {
    protected final Map<ServedType, Map<String, Any>> held = new EnumMap<>(ServedType.class);

    /** The names that are asked for follow what there is, as they follow clusters and listeners in a real client. */
    abstract void take(NodeConfig config);

    static Holder sotw() {
        return new Sotw();
    }

    static Holder delta() {
        return new Delta();
    }

    Map<ServedType, Map<String, Any>> held() {
        return held;
    }

    static Map<ServedType, Map<String, Any>> all(NodeConfig config) {
        Map<ServedType, Map<String, Any>> all = new EnumMap<>(ServedType.class);
        for (ServedType type : ServedType.values()) {
            Map<String, Any> bodies = new HashMap<>();
            config.of(type).forEach((name, served) -> bodies.put(name, served.body()));
            all.put(type, bodies);
        }
        return all;
    }

    Map<String, Any> of(ServedType type) {
        return held.computeIfAbsent(type, _ -> new HashMap<>());
    }

    private static final class Sotw extends Holder {
        private final SotwSession session = new SotwSession();
        private final Map<ServedType, String> nonces = new EnumMap<>(ServedType.class);

        @Override
        void take(NodeConfig config) {
            session.update(config).forEach(response -> taken(response, config));
            for (ServedType type : ServedType.values()) {
                DiscoveryRequest request = DiscoveryRequest.newBuilder()
                        .setTypeUrl(type.url())
                        .setResponseNonce(nonces.getOrDefault(type, ""))
                        .addAllResourceNames(
                                type.wildcard()
                                        ? Set.of()
                                        : new TreeSet<>(config.of(type).keySet()))
                        .build();
                session.request(request).forEach(response -> taken(response, config));
                of(type).keySet().retainAll(config.of(type).keySet());
            }
        }

        private void taken(DiscoveryResponse response, NodeConfig config) {
            ServedType type = ServedType.of(response.getTypeUrl());
            nonces.put(type, response.getNonce());
            if (type.wildcard()) {
                of(type).clear();
            }
            Map<Any, List<String>> names = all(config).get(type).entrySet().stream()
                    .collect(Collectors.groupingBy(
                            Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
            response.getResourcesList().forEach(body -> names.get(body).forEach(name -> of(type).put(name, body)));
        }
    }

    private static final class Delta extends Holder {
        private final DeltaSession session = new DeltaSession();
        private final Map<ServedType, Set<String>> asked = new EnumMap<>(ServedType.class);

        @Override
        void take(NodeConfig config) {
            session.update(config).forEach(this::taken);
            for (ServedType type : ServedType.values()) {
                Set<String> wanted = type.wildcard()
                        ? Set.of()
                        : new TreeSet<>(config.of(type).keySet());
                boolean first = !asked.containsKey(type);
                Set<String> before = asked.getOrDefault(type, Set.of());
                Set<String> more = new TreeSet<>(wanted);
                more.removeAll(before);
                Set<String> less = new TreeSet<>(before);
                less.removeAll(wanted);
                asked.put(type, wanted);
                if (first || !more.isEmpty() || !less.isEmpty()) {
                    session.request(DeltaDiscoveryRequest.newBuilder()
                                    .setTypeUrl(type.url())
                                    .addAllResourceNamesSubscribe(more)
                                    .addAllResourceNamesUnsubscribe(less)
                                    .build())
                            .forEach(this::taken);
                }
                of(type).keySet().removeAll(less);
            }
        }

        private void taken(DeltaDiscoveryResponse response) {
            Map<String, Any> ofType = of(ServedType.of(response.getTypeUrl()));
            response.getResourcesList().forEach(r -> ofType.put(r.getName(), r.getResource()));
            response.getRemovedResourcesList().forEach(ofType::remove);
        }
    }
}
