package io.hyaline.xds.client;

import static io.hyaline.xds.client.ResourceType.CLUSTER;
import static io.hyaline.xds.client.ResourceType.ENDPOINT;
import static io.hyaline.xds.client.ResourceType.LISTENER;
import static io.hyaline.xds.client.ResourceType.ROUTE;
import static io.hyaline.xds.client.Wire.cluster;
import static io.hyaline.xds.client.Wire.delta;
import static io.hyaline.xds.client.Wire.drain;
import static io.hyaline.xds.client.Wire.route;
import static io.hyaline.xds.client.Wire.versioned;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DeltaAdsTest {

    private static final List<String> NONE = List.of();

    private final DeltaAds ads = new DeltaAds(Wire.NODE, Wire.INTAKE);

    @Test
    void asksInOrderAndIntroducesItselfOnce() {
        ads.want(ROUTE, Set.of("80"));
        ads.wantAll(LISTENER);
        ads.want(ENDPOINT, Set.of("b", "a"));
        ads.wantAll(CLUSTER);
        assertThat(drain(ads)).as("no stream yet").isEmpty();
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node", "ENDPOINT +[a, b]", "LISTENER", "ROUTE +[80]");
        assertThat(drain(ads)).isEmpty();
    }

    @Test
    void sendsOnlyTheDifferenceOfNames() {
        openedWith(ROUTE, Set.of("70", "80"));
        ads.want(ROUTE, Set.of("80", "90"));
        assertThat(drain(ads)).containsExactly("ROUTE +[90] -[70]");
        ads.want(ROUTE, Set.of());
        ads.want(ROUTE, Set.of("80", "90"));
        assertThat(drain(ads)).as("there and back between two sends").isEmpty();
    }

    @Test
    void namesTheBadResourceTakesTheGoodAndKeepsTheLastGoodVersion() {
        openedWithClusters();
        ads.receive(delta(
                CLUSTER,
                "n1",
                NONE,
                versioned(CLUSTER, "1", cluster("a", "one")),
                versioned(CLUSTER, "1", cluster("b", "one"))));
        Update update = ads.receive(delta(
                        CLUSTER,
                        "n2",
                        NONE,
                        versioned(CLUSTER, "2", cluster("a", "bad")),
                        versioned(CLUSTER, "2", cluster("b", "two"))))
                .orElseThrow();
        assertThat(update.changed()).containsExactly("b");
        assertThat(update.rejected()).containsOnlyKeys("a");
        assertThat(ads.resources(CLUSTER))
                .containsEntry("a", cluster("a", "one"))
                .containsEntry("b", cluster("b", "two"));
        assertThat(drain(ads))
                .containsExactly(
                        "CLUSTER nonce=n1",
                        "CLUSTER nonce=n2 NACK Error adding/updating cluster(s) a: stat name is bad");
        ads.closed();
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node held={a=1, b=2}");
    }

    @Test
    void aRemovedClusterIsGoneARemovedRouteStaysButIsAskedForAgain() {
        openedWithClusters();
        openedWith(ROUTE, Set.of("80", "90"));
        ads.receive(delta(CLUSTER, "n1", NONE, versioned(CLUSTER, "1", cluster("a", ""))));
        ads.receive(delta(ROUTE, "n2", NONE, versioned(ROUTE, "1", route("80"))));
        assertThat(ads.receive(delta(CLUSTER, "n3", List.of("a", "unknown")))
                        .orElseThrow()
                        .removed())
                .containsExactly("a");
        assertThat(ads.receive(delta(ROUTE, "n4", List.of("80", "90", "other")))
                        .orElseThrow()
                        .removed())
                .containsExactlyInAnyOrder("80", "90");
        assertThat(ads.resources(CLUSTER)).isEmpty();
        assertThat(ads.resources(ROUTE)).containsOnlyKeys("80");
        drain(ads);
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node", "ROUTE +[80, 90]");
    }

    @Test
    void aNameThatBeliesItsContentIsRefused() {
        openedWith(ROUTE, Set.of("80"));
        Update update = ads.receive(delta(
                        ROUTE,
                        "n1",
                        NONE,
                        versioned(ROUTE, "1", route("90")).toBuilder()
                                .setName("80")
                                .build()))
                .orElseThrow();
        assertThat(update.rejected()).containsEntry("80", "its content is named 90");
    }

    @Test
    void answersOfAnEndedStreamAreDropped() {
        openedWithClusters();
        ads.receive(delta(CLUSTER, "n1", NONE));
        ads.closed();
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node");
        assertThat(ads.receive(delta(ROUTE, "n2", NONE))).as("never asked for").isEmpty();
    }

    @Test
    void equalMessagesOfTwoProxiesAreOneObject() {
        Map<Message, Message> pool = new HashMap<>();
        UnaryOperator<Message> shared = message -> pool.computeIfAbsent(message, same -> same);
        Intake intake = new Intake((_, _) -> java.util.Optional.empty(), shared);
        Message[] seen = new Message[2];
        for (int i = 0; i < 2; i++) {
            DeltaAds proxy = new DeltaAds(Wire.NODE, intake);
            proxy.wantAll(CLUSTER);
            proxy.opened();
            drain(proxy);
            proxy.receive(delta(CLUSTER, "n", NONE, versioned(CLUSTER, "1", cluster("a", ""))));
            seen[i] = proxy.resources(CLUSTER).get("a");
        }
        assertThat(seen[0]).isSameAs(seen[1]);
    }

    private void openedWithClusters() {
        ads.wantAll(CLUSTER);
        ads.opened();
        drain(ads);
    }

    private void openedWith(ResourceType type, Set<String> names) {
        ads.want(type, names);
        ads.opened();
        drain(ads);
    }
}
