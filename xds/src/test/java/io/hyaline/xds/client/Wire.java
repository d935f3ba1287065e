package io.hyaline.xds.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Short forms of requests and responses, so that a test reads as a conversation. */
final class Wire {

    static final Node NODE = Node.newBuilder().setId("sidecar~1").build();

    /** Refuses clusters whose alternative stat name is "bad". */
    static final Intake INTAKE = new Intake((_, resource) ->
            resource instanceof Cluster cluster && cluster.getAltStatName().equals("bad")
                    ? Optional.of("stat name is bad")
                    : Optional.empty());

    private Wire() {}

    static Cluster cluster(String name, String stat) {
        return Cluster.newBuilder().setName(name).setAltStatName(stat).build();
    }

    static RouteConfiguration route(String name) {
        return RouteConfiguration.newBuilder().setName(name).build();
    }

    static DiscoveryResponse state(ResourceType type, String version, String nonce, Message... resources) {
        DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setVersionInfo(version)
                .setNonce(nonce);
        for (Message resource : resources) {
            response.addResources(Any.pack(resource));
        }
        return response.build();
    }

    static DeltaDiscoveryResponse delta(ResourceType type, String nonce, List<String> removed, Resource... resources) {
        return DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setNonce(nonce)
                .addAllRemovedResources(removed)
                .addAllResources(List.of(resources))
                .build();
    }

    static Resource versioned(ResourceType type, String version, Message resource) {
        return Resource.newBuilder()
                .setName(type.nameOf(resource))
                .setVersion(version)
                .setResource(Any.pack(resource))
                .build();
    }

    /** Everything that waits to be sent, one line each. */
    static List<String> drain(AdsClient<?, ?> ads) {
        List<String> lines = new ArrayList<>();
        for (Optional<?> request = ads.poll(); request.isPresent(); request = ads.poll()) {
            lines.add(
                    switch (request.get()) {
                        case DiscoveryRequest state -> describe(state);
                        case DeltaDiscoveryRequest delta -> describe(delta);
                        default -> throw new AssertionError(request.get());
                    });
        }
        return lines;
    }

    private static String describe(DiscoveryRequest request) {
        return join(
                kind(request.getTypeUrl()),
                request.hasNode() ? "node" : "",
                request.getResourceNamesList().isEmpty() ? "" : request.getResourceNamesList() + "",
                request.getVersionInfo().isEmpty() ? "" : "v=" + request.getVersionInfo(),
                request.getResponseNonce().isEmpty() ? "" : "nonce=" + request.getResponseNonce(),
                request.hasErrorDetail() ? "NACK " + request.getErrorDetail().getMessage() : "");
    }

    private static String describe(DeltaDiscoveryRequest request) {
        return join(
                kind(request.getTypeUrl()),
                request.hasNode() ? "node" : "",
                request.getResourceNamesSubscribeList().isEmpty() ? "" : "+" + request.getResourceNamesSubscribeList(),
                request.getResourceNamesUnsubscribeList().isEmpty()
                        ? ""
                        : "-" + request.getResourceNamesUnsubscribeList(),
                request.getInitialResourceVersionsMap().isEmpty()
                        ? ""
                        : "held=" + new TreeMap<>(request.getInitialResourceVersionsMap()),
                request.getResponseNonce().isEmpty() ? "" : "nonce=" + request.getResponseNonce(),
                request.hasErrorDetail() ? "NACK " + request.getErrorDetail().getMessage() : "");
    }

    private static String kind(String typeUrl) {
        return ResourceType.ofTypeUrl(typeUrl).orElseThrow().name();
    }

    private static String join(String... parts) {
        return String.join(
                " ", List.of(parts).stream().filter(part -> !part.isEmpty()).toList());
    }
}
