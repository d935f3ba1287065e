package io.hyaline.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeltaSessionTest {
    private final DeltaSession session = new DeltaSession();
    private final Fixture world =
            new Fixture().cluster("a", 1).cluster("b", 1).endpoints("a", 1).endpoints("b", 1);

    @Test
    void theFirstAnswerComesEvenIfThereIsNothing() {
        session.request(ask(ServedType.LISTENER));
        List<DeltaDiscoveryResponse> responses = session.update(world.config());
        assertThat(responses).hasSize(1);
        assertThat(responses.getFirst().getResourcesCount()).isZero();
        assertThat(session.update(world.config())).isEmpty();
    }

    @Test
    void onlyWhatChangedIsSent() {
        session.request(ask(ServedType.CLUSTER));
        assertThat(names(session.update(world.config()).getFirst())).containsExactly("a", "b");
        assertThat(session.update(world.config())).isEmpty();
        assertThat(names(session.update(world.cluster("b", 2).config()).getFirst()))
                .containsExactly("b");
        DeltaDiscoveryResponse removal =
                session.update(world.without(ServedType.CLUSTER, "a").config()).getFirst();
        assertThat(removal.getRemovedResourcesList()).containsExactly("a");
        assertThat(removal.getResourcesCount()).isZero();
    }

    @Test
    void whatTheClientHoldsFromBeforeIsNotSentAgain() {
        NodeConfig config = world.config();
        String version = config.of(ServedType.CLUSTER).get("a").version();
        session.update(config);
        DeltaDiscoveryResponse response = session.request(ask(ServedType.CLUSTER).toBuilder()
                        .putAllInitialResourceVersions(Map.of("a", version, "gone", "1"))
                        .build())
                .getFirst();
        assertThat(names(response)).containsExactly("b");
        assertThat(response.getRemovedResourcesList()).containsExactly("gone");
    }

    @Test
    void whatIsSubscribedAgainIsSentAgain() {
        session.update(world.config());
        assertThat(names(session.request(ask(ServedType.ENDPOINT, "a")).getFirst()))
                .containsExactly("a");
        assertThat(names(session.request(ask(ServedType.ENDPOINT, "a")).getFirst()))
                .containsExactly("a");
    }

    @Test
    void whatDoesNotExistIsSaidToBeRemoved() {
        session.update(world.config());
        DeltaDiscoveryResponse response =
                session.request(ask(ServedType.ENDPOINT, "a", "nobody")).getFirst();
        assertThat(response.getRemovedResourcesList()).containsExactly("nobody");
        DeltaDiscoveryResponse later =
                session.update(world.endpoints("nobody", 1).config()).getFirst();
        assertThat(names(later)).containsExactly("nobody");
    }

    @Test
    void aChangedClusterGetsItsEndpointsAgain() {
        session.request(ask(ServedType.ENDPOINT, "a", "b"));
        session.request(ask(ServedType.CLUSTER));
        session.update(world.config());
        List<DeltaDiscoveryResponse> next = session.update(world.cluster("a", 2).config());
        assertThat(next).hasSize(2);
        assertThat(names(next.getLast())).containsExactly("a");
    }

    @Test
    void unsubscribedNamesAreSilent() {
        session.update(world.config());
        session.request(ask(ServedType.ENDPOINT, "a", "b"));
        session.request(DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ServedType.ENDPOINT.url())
                .addResourceNamesUnsubscribe("a")
                .build());
        assertThat(session.update(world.endpoints("a", 2).config())).isEmpty();
    }

    @Test
    void answersAreRememberedPerResource() {
        session.update(world.config());
        DeltaDiscoveryResponse first = session.request(ask(ServedType.CLUSTER)).getFirst();
        session.request(answer(first).toBuilder()
                .setErrorDetail(Status.newBuilder().setMessage("cluster b: bad"))
                .build());
        assertThat(session.statuses())
                .extracting(s -> s.name() + " " + s.state())
                .containsExactly("a SENT", "b NACKED");
        DeltaDiscoveryResponse second =
                session.update(world.cluster("b", 2).config()).getFirst();
        assertThat(session.request(answer(second))).isEmpty();
        assertThat(session.statuses())
                .extracting(s -> s.name() + " " + s.state())
                .contains("b ACKED");
    }

    private static DeltaDiscoveryRequest ask(ServedType type, String... names) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(type.url())
                .addAllResourceNamesSubscribe(List.of(names))
                .build();
    }

    private static DeltaDiscoveryRequest answer(DeltaDiscoveryResponse response) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build();
    }

    private static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }
}
