package io.hyaline.xds.client;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Incremental ADS: after a reconnect the server is told which versions are held and sends only the difference. */
public final class DeltaAds implements AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {

    private static final class Topic {
        final Holdings holdings;
        /** Names that the server knows of on this stream. */
        Set<String> told = Set.of();

        boolean asked;

        Topic(ResourceType type) {
            holdings = new Holdings(type);
        }
    }

    private final Node node;
    private final Intake intake;
    private final Map<ResourceType, Topic> topics = new EnumMap<>(ResourceType.class);
    private final Replies replies = new Replies();
    private boolean open;
    private boolean introduced;

    public DeltaAds(Node node, Intake intake) {
        this.node = node;
        this.intake = intake;
    }

    @Override
    public void wantAll(ResourceType type) {
        topic(type).holdings.wantAll();
    }

    @Override
    public void want(ResourceType type, Set<String> names) {
        topic(type).holdings.want(names);
    }

    @Override
    public void opened() {
        open = true;
        introduced = false;
        replies.clear();
        for (Topic topic : topics.values()) {
            topic.asked = false;
            topic.told = Set.of();
        }
    }

    @Override
    public void closed() {
        open = false;
    }

    @Override
    public Optional<Update> receive(DeltaDiscoveryResponse response) {
        ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl()).orElse(null);
        if (type == null || !topic(type).asked) {
            return Optional.empty();
        }
        Update update = topic(type)
                .holdings
                .takeDelta(
                        response.getSystemVersionInfo(),
                        intake.openVersioned(type, response.getResourcesList()),
                        response.getRemovedResourcesList());
        replies.add(update, response.getNonce());
        return Optional.of(update);
    }

    @Override
    public Optional<DeltaDiscoveryRequest> poll() {
        if (!open) {
            return Optional.empty();
        }
        Replies.Reply reply = replies.poll();
        if (reply != null) {
            DeltaDiscoveryRequest.Builder request = request(reply.type()).setResponseNonce(reply.nonce());
            if (reply.error() != null) {
                request.setErrorDetail(reply.error());
            }
            return Optional.of(request.build());
        }
        for (Map.Entry<ResourceType, Topic> entry : topics.entrySet()) {
            Topic topic = entry.getValue();
            if (!topic.asked && topic.holdings.wanted()) {
                return Optional.of(first(entry.getKey(), topic));
            }
            if (topic.asked && !topic.told.equals(topic.holdings.names())) {
                return Optional.of(difference(entry.getKey(), topic));
            }
        }
        return Optional.empty();
    }

    @Override
    public Map<String, Message> resources(ResourceType type) {
        return topic(type).holdings.resources();
    }

    private DeltaDiscoveryRequest first(ResourceType type, Topic topic) {
        topic.asked = true;
        topic.told = topic.holdings.names();
        topic.holdings.prune();
        return request(type)
                .addAllResourceNamesSubscribe(topic.told)
                .putAllInitialResourceVersions(topic.holdings.versions())
                .build();
    }

    private DeltaDiscoveryRequest difference(ResourceType type, Topic topic) {
        Set<String> added = new TreeSet<>(topic.holdings.names());
        added.removeAll(topic.told);
        Set<String> dropped = new HashSet<>(topic.told);
        dropped.removeAll(topic.holdings.names());
        topic.told = topic.holdings.names();
        topic.holdings.prune();
        return request(type)
                .addAllResourceNamesSubscribe(added)
                .addAllResourceNamesUnsubscribe(new TreeSet<>(dropped))
                .build();
    }

    private DeltaDiscoveryRequest.Builder request(ResourceType type) {
        DeltaDiscoveryRequest.Builder request =
                DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
        if (!introduced) {
            introduced = true;
            request.setNode(node);
        }
        return request;
    }

    private Topic topic(ResourceType type) {
        return topics.computeIfAbsent(type, Topic::new);
    }
}
