package io.hyaline.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class SotwSessionTest {
    private final SotwSession session = new SotwSession();
    private final Fixture world = new Fixture()
            .cluster("a", 1)
            .cluster("b", 1)
            .endpoints("a", 1)
            .endpoints("b", 1)
            .listener("l", 1);

    @Test
    void answersAtOnceOrWhenThereIsSomethingToSay() {
        assertThat(session.request(ask(ServedType.CLUSTER))).isEmpty();
        assertThat(session.update(world.config())).hasSize(1);
        assertThat(session.request(ask(ServedType.LISTENER))).hasSize(1);
    }

    @Test
    void anAckIsRememberedAndNotAnswered() {
        DiscoveryResponse clusters = subscribed(ServedType.CLUSTER);
        assertThat(clusters.getResourcesCount()).isEqualTo(2);
        assertThat(session.request(ack(clusters))).isEmpty();
        assertThat(states()).containsOnly(ResourceStatus.State.ACKED);
        assertThat(session.update(world.config())).isEmpty();
    }

    @Test
    void aNackBlamesTheNamedResourceAndNothingIsSentAgainUntilItChanges() {
        DiscoveryResponse clusters = subscribed(ServedType.LISTENER);
        DiscoveryRequest nack = ack(clusters).toBuilder()
                .setErrorDetail(Status.newBuilder().setMessage("listener 'l' has no address"))
                .build();
        assertThat(session.request(nack)).isEmpty();
        ResourceStatus status = session.statuses().getFirst();
        assertThat(status.state()).isEqualTo(ResourceStatus.State.NACKED);
        assertThat(status.error()).contains("no address");
        assertThat(session.update(world.config())).isEmpty();
        assertThat(session.update(world.listener("l", 2).config())).hasSize(1);
    }

    @Test
    void aNackThatNamesNobodyBlamesAll() {
        DiscoveryResponse clusters = subscribed(ServedType.CLUSTER);
        session.request(ack(clusters).toBuilder()
                .setErrorDetail(Status.newBuilder().setMessage("something"))
                .build());
        assertThat(states()).containsOnly(ResourceStatus.State.NACKED);
    }

    @Test
    void anAnswerThatCrossedANewerResponseIsIgnored() {
        DiscoveryResponse old = subscribed(ServedType.CLUSTER);
        session.update(world.cluster("c", 1).config());
        assertThat(session.request(ack(old))).isEmpty();
        assertThat(states()).containsOnly(ResourceStatus.State.SENT);
    }

    @Test
    void onlyTypesThatChangedAreSentAndInOrder() {
        session.request(ask(ServedType.LISTENER));
        session.request(ask(ServedType.ENDPOINT, "a", "b"));
        session.request(ask(ServedType.CLUSTER));
        assertThat(types(session.update(world.config())))
                .containsExactly(ServedType.CLUSTER, ServedType.ENDPOINT, ServedType.LISTENER);
        List<DiscoveryResponse> next =
                session.update(world.endpoints("b", 2).listener("l", 2).config());
        assertThat(types(next)).containsExactly(ServedType.ENDPOINT, ServedType.LISTENER);
        assertThat(next.getFirst().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void aChangedClusterGetsItsEndpointsAgain() {
        session.request(ask(ServedType.CLUSTER));
        session.request(ask(ServedType.ENDPOINT, "a", "b"));
        session.update(world.config());
        List<DiscoveryResponse> next = session.update(world.cluster("a", 2).config());
        assertThat(types(next)).containsExactly(ServedType.CLUSTER, ServedType.ENDPOINT);
        assertThat(next.getLast().getResources(0).getValue())
                .isEqualTo(
                        world.config().of(ServedType.ENDPOINT).get("a").body().getValue());
        assertThat(next.getLast().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void namesThatAreAddedAreAnsweredAlone() {
        session.update(world.config());
        DiscoveryResponse first = session.request(ask(ServedType.ENDPOINT, "a")).getFirst();
        DiscoveryRequest more =
                ack(first).toBuilder().addAllResourceNames(List.of("a", "b")).build();
        List<DiscoveryResponse> second = session.request(more);
        assertThat(second.getFirst().getResourcesCount()).isEqualTo(1);
        DiscoveryRequest fewer =
                ack(second.getFirst()).toBuilder().addResourceNames("b").build();
        assertThat(session.request(fewer)).isEmpty();
        assertThat(session.statuses()).extracting(ResourceStatus::name).containsExactly("b");
    }

    @Test
    void aClusterThatIsGoneIsMissingInTheNextWhole() {
        subscribed(ServedType.CLUSTER);
        DiscoveryResponse next =
                session.update(world.without(ServedType.CLUSTER, "a").config()).getFirst();
        assertThat(next.getResourcesCount()).isEqualTo(1);
        assertThat(session.statuses()).extracting(ResourceStatus::name).containsExactly("b");
    }

    @Test
    void unknownTypesAreLeftWithoutAnswer() {
        assertThat(session.request(
                        DiscoveryRequest.newBuilder().setTypeUrl("no/such.Type").build()))
                .isEmpty();
    }

    private DiscoveryResponse subscribed(ServedType type) {
        session.update(world.config());
        return session.request(ask(type)).getFirst();
    }

    private List<ResourceStatus.State> states() {
        return session.statuses().stream().map(ResourceStatus::state).toList();
    }

    private static DiscoveryRequest ask(ServedType type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(type.url())
                .addAllResourceNames(List.of(names))
                .build();
    }

    private static DiscoveryRequest ack(DiscoveryResponse response) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(response.getVersionInfo())
                .setResponseNonce(response.getNonce())
                .build();
    }

    private static List<ServedType> types(List<DiscoveryResponse> responses) {
        return responses.stream().map(r -> ServedType.of(r.getTypeUrl())).toList();
    }
}
