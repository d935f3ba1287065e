package io.hyaline.xds.client;

import static io.hyaline.xds.client.ResourceType.CLUSTER;
import static io.hyaline.xds.client.ResourceType.ENDPOINT;
import static io.hyaline.xds.client.ResourceType.LISTENER;
import static io.hyaline.xds.client.ResourceType.ROUTE;
import static io.hyaline.xds.client.Wire.cluster;
import static io.hyaline.xds.client.Wire.drain;
import static io.hyaline.xds.client.Wire.route;
import static io.hyaline.xds.client.Wire.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SotwAdsTest {

    private final SotwAds ads = new SotwAds(Wire.NODE, Wire.INTAKE);

    @Test
    void asksInOrderAndIntroducesItselfOnce() {
        ads.want(ROUTE, Set.of("80"));
        ads.wantAll(LISTENER);
        ads.want(ENDPOINT, Set.of("b", "a"));
        ads.wantAll(CLUSTER);
        assertThat(drain(ads)).as("no stream yet").isEmpty();
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node", "ENDPOINT [a, b]", "LISTENER", "ROUTE [80]");
        assertThat(drain(ads)).isEmpty();
    }

    @Test
    void acknowledgesBeforeItAsksForMore() {
        openedWithClusters();
        Update update = ads.receive(state(CLUSTER, "1", "n1", cluster("a", ""))).orElseThrow();
        ads.want(ENDPOINT, update.changed());
        assertThat(drain(ads)).containsExactly("CLUSTER v=1 nonce=n1", "ENDPOINT [a]");
    }

    @Test
    void namesTheBadResourceTakesTheGoodAndKeepsTheLastGoodVersion() {
        openedWithClusters();
        ads.receive(state(CLUSTER, "1", "n1", cluster("a", "one"), cluster("b", "one")));
        Update update = ads.receive(state(CLUSTER, "2", "n2", cluster("a", "bad"), cluster("b", "two")))
                .orElseThrow();
        assertThat(update.changed()).containsExactly("b");
        assertThat(update.removed()).isEmpty();
        assertThat(update.rejected()).containsOnlyKeys("a");
        assertThat(ads.resources(CLUSTER))
                .containsEntry("a", cluster("a", "one"))
                .containsEntry("b", cluster("b", "two"));
        assertThat(drain(ads))
                .containsExactly(
                        "CLUSTER v=1 nonce=n1",
                        "CLUSTER v=1 nonce=n2 NACK Error adding/updating cluster(s) a: stat name is bad");
    }

    @Test
    void aClusterThatIsNoLongerListedIsGone() {
        openedWithClusters();
        ads.receive(state(CLUSTER, "1", "n1", cluster("a", ""), cluster("b", "")));
        assertThat(ads.receive(state(CLUSTER, "2", "n2", cluster("b", "")))
                        .orElseThrow()
                        .removed())
                .containsExactly("a");
        assertThat(ads.resources(CLUSTER)).containsOnlyKeys("b");
    }

    @Test
    void aRouteThatIsNotListedStays() {
        ads.want(ROUTE, Set.of("80", "90"));
        ads.opened();
        drain(ads);
        ads.receive(state(ROUTE, "1", "n1", route("80"), route("90")));
        Update update = ads.receive(state(ROUTE, "2", "n2", route("80"))).orElseThrow();
        assertThat(update.removed()).isEmpty();
        assertThat(update.changed()).as("equal to what is held").isEmpty();
        assertThat(ads.resources(ROUTE)).containsOnlyKeys("80", "90");
    }

    @Test
    void aResourceThatWasNotAskedForIsLeftOut() {
        ads.want(ROUTE, Set.of("80"));
        ads.opened();
        drain(ads);
        ads.receive(state(ROUTE, "1", "n1", route("80"), route("other")));
        assertThat(ads.resources(ROUTE)).containsOnlyKeys("80");
        assertThat(ads.receive(state(LISTENER, "1", "n1")))
                .as("type never asked for")
                .isEmpty();
    }

    @Test
    void newNamesGoOutWithTheCurrentVersionAndNonce() {
        ads.want(ROUTE, Set.of("80"));
        ads.opened();
        drain(ads);
        ads.receive(state(ROUTE, "1", "n1", route("80")));
        drain(ads);
        ads.want(ROUTE, Set.of("80", "90"));
        assertThat(drain(ads)).containsExactly("ROUTE [80, 90] v=1 nonce=n1");
        ads.want(ROUTE, Set.of());
        assertThat(drain(ads)).containsExactly("ROUTE v=1 nonce=n1");
        assertThat(ads.resources(ROUTE)).isEmpty();
        ads.want(ROUTE, Set.of("90"));
        ads.want(ROUTE, Set.of());
        ads.opened();
        assertThat(drain(ads)).as("an empty first request would ask for all").isEmpty();
    }

    @Test
    void afterAReconnectTheVersionIsKnownAndTheNonceIsNot() {
        openedWithClusters();
        ads.receive(state(CLUSTER, "7", "n1", cluster("a", "")));
        ads.closed();
        assertThat(drain(ads)).as("the answer died with its stream").isEmpty();
        ads.opened();
        assertThat(drain(ads)).containsExactly("CLUSTER node v=7");
        assertThat(ads.resources(CLUSTER)).containsOnlyKeys("a");
    }

    @Test
    void nothingIsRemovedWhenANamelessResourceCannotBeRead() {
        openedWithClusters();
        ads.receive(state(CLUSTER, "1", "n1", cluster("a", "")));
        drain(ads);
        DiscoveryResponse broken = state(CLUSTER, "2", "n2").toBuilder()
                .addResources(
                        Any.newBuilder().setTypeUrl(CLUSTER.typeUrl()).setValue(ByteString.copyFromUtf8("\377\377")))
                .build();
        Update update = ads.receive(broken).orElseThrow();
        assertThat(update.removed()).isEmpty();
        assertThat(update.rejected()).containsOnlyKeys("resource #0");
        assertThat(ads.resources(CLUSTER)).containsOnlyKeys("a");
        assertThat(drain(ads).getFirst()).contains("NACK").contains("resource #0: cannot be parsed");
    }

    @Test
    void twinsAndForeignTypesAreRefused() {
        openedWithClusters();
        Update update = ads.receive(
                        state(CLUSTER, "1", "n1", cluster("a", "x"), cluster("a", "y"), route("r"), cluster("c", "")))
                .orElseThrow();
        assertThat(update.rejected()).containsOnlyKeys("a", "resource #2");
        assertThat(update.rejected().get("resource #2")).contains("expected " + CLUSTER.typeUrl());
        assertThat(ads.resources(CLUSTER)).containsOnlyKeys("c");
    }

    @Test
    void answersThatWaitAreBounded() {
        openedWithClusters();
        for (int i = 0; i < 1000; i++) {
            ads.receive(state(CLUSTER, "" + i, "n" + i));
        }
        assertThat(drain(ads)).hasSize(Replies.LIMIT).last().isEqualTo("CLUSTER v=999 nonce=n999");
    }

    private void openedWithClusters() {
        ads.wantAll(CLUSTER);
        ads.opened();
        drain(ads);
    }
}
