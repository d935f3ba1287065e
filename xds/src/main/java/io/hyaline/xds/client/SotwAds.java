package io.hyaline.xds.client;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * State-of-the-world ADS.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol">xDS protocol</a>
 */
public final class SotwAds implements AdsClient<DiscoveryRequest, DiscoveryResponse> {

    private static final class Topic {
        final Holdings holdings;
        String version = "";
        String nonce = "";
        boolean asked;
        boolean dirty;

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

    public SotwAds(Node node, Intake intake) {
        this.node = node;
        this.intake = intake;
    }

    @Override
    public void wantAll(ResourceType type) {
        Topic topic = topic(type);
        topic.dirty |= !topic.holdings.everything();
        topic.holdings.wantAll();
    }

    @Override
    public void want(ResourceType type, Set<String> names) {
        Topic topic = topic(type);
        topic.dirty |= topic.holdings.want(names);
    }

    @Override
    public void opened() {
        open = true;
        introduced = false;
        replies.clear();
        for (Topic topic : topics.values()) {
            topic.nonce = "";
            topic.asked = false;
            topic.dirty = topic.holdings.wanted();
        }
    }

    @Override
    public void closed() {
        open = false;
    }

    @Override
    public Optional<Update> receive(DiscoveryResponse response) {
        ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl()).orElse(null);
        if (type == null || !topic(type).asked) {
            return Optional.empty();
        }
        Topic topic = topic(type);
        Update update =
                topic.holdings.takeState(response.getVersionInfo(), intake.openAll(type, response.getResourcesList()));
        topic.nonce = response.getNonce();
        if (update.rejected().isEmpty()) {
            topic.version = response.getVersionInfo();
        }
        replies.add(update, response.getNonce());
        return Optional.of(update);
    }

    @Override
    public Optional<DiscoveryRequest> poll() {
        if (!open) {
            return Optional.empty();
        }
        Replies.Reply reply = replies.poll();
        if (reply != null) {
            DiscoveryRequest.Builder request = request(reply.type()).setResponseNonce(reply.nonce());
            if (reply.error() != null) {
                request.setErrorDetail(reply.error());
            }
            return Optional.of(request.build());
        }
        for (Map.Entry<ResourceType, Topic> entry : topics.entrySet()) {
            Topic topic = entry.getValue();
            // An empty list as the first request of a stream would ask for everything.
            if (topic.dirty && (topic.asked || topic.holdings.wanted())) {
                return Optional.of(request(entry.getKey()).build());
            }
        }
        return Optional.empty();
    }

    @Override
    public Map<String, Message> resources(ResourceType type) {
        return topic(type).holdings.resources();
    }

    private DiscoveryRequest.Builder request(ResourceType type) {
        Topic topic = topic(type);
        topic.dirty = false;
        topic.asked = true;
        topic.holdings.prune();
        DiscoveryRequest.Builder request = DiscoveryRequest.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setVersionInfo(topic.version)
                .setResponseNonce(topic.nonce)
                .addAllResourceNames(topic.holdings.names());
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
