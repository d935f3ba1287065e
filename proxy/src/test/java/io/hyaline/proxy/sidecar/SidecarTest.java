package io.hyaline.proxy.sidecar;

import static io.hyaline.xds.client.ResourceType.CLUSTER;
import static io.hyaline.xds.client.ResourceType.ENDPOINT;
import static io.hyaline.xds.client.ResourceType.LISTENER;
import static io.hyaline.xds.client.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real instance, a real stream over loopback, both ADS variants. */
class SidecarTest {

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final AdsServer ads = new AdsServer();
    private final LogWriter logs = new LogWriter();
    private final ProxyInstance instance = new ProxyInstance(
            new InstanceConfig(
                    "default/app",
                    new LocalSockets(loops),
                    (_, _, _, _) -> {},
                    ClusterPlan.Sockets.DEFAULT,
                    0,
                    null,
                    InstanceConfig.DRAIN_TIME),
            logs);
    private Server server;
    private Sidecar sidecar;

    @BeforeEach
    void listen() throws Exception {
        server = serve(0);
    }

    @AfterEach
    void tearDown() {
        if (sidecar != null) {
            sidecar.shutdown().join();
        }
        server.shutdownNow();
        control.shutdownNow();
        logs.close();
        loops.shutdownGracefully();
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "DELTA_GRPC"})
    void servesWhenEverythingHasArrivedInEnvoysOrder(ApiType variant) throws Exception {
        ads.set(CLUSTER, Configs.eds("web"));
        ads.set(LISTENER, Configs.http("in", 0, "80"));
        ads.set(ENDPOINT, Configs.endpoints("web", "127.0.0.1", 9));
        start(variant);
        await().until(() -> ads.heard().contains("ROUTE [80]"));
        await().untilAsserted(() -> assertThat(sidecar.progress().waitingFor()).containsExactly("ROUTE 80"));
        assertThat(serving().clusters()).containsKeys("xds-grpc", "web");
        assertThat(serving().listeners()).isEmpty();
        assertThat(sidecar.progress().ready()).isFalse();
        ads.set(ROUTE, Configs.route("80", "web"));
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
        assertThat(serving().listeners()).containsOnlyKeys("in");
        assertThat(serving().routes()).containsOnlyKeys("80");
        assertThat(ads.heard().stream().filter(line -> !line.endsWith(" []")).toList())
                .startsWith("ENDPOINT [web]");
        assertThat(ads.heard().getFirst()).isEqualTo("CLUSTER []");
        assertThat(ads.heard().indexOf("LISTENER []")).isGreaterThan(ads.heard().indexOf("ENDPOINT [web]"));
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "DELTA_GRPC"})
    void aBadResourceIsNamedAndTheLastGoodOneStays(ApiType variant) throws Exception {
        complete(variant);
        ads.set(CLUSTER, Configs.bad("web"), Configs.eds("more"));
        ads.set(ENDPOINT, Configs.endpoints("web", "127.0.0.1", 9), Configs.endpoints("more", "127.0.0.1", 9));
        await().untilAsserted(() ->
                assertThat(ads.heard()).anyMatch(line -> line.contains("NACK Error adding/updating cluster(s) web: ")));
        await().untilAsserted(() -> assertThat(serving().clusters()).containsKeys("web", "more"));
        assertThat(serving().clusters()).containsEntry("web", Configs.eds("web"));
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "DELTA_GRPC"})
    void goesOnServingWhileTheControlPlaneIsAway(ApiType variant) throws Exception {
        complete(variant);
        Resources before = serving();
        int port = server.getPort();
        ads.drop();
        server.shutdownNow();
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
        assertThat(serving()).isSameAs(before);
        ads.set(ROUTE, Configs.route("80", "other"));
        int asked = ads.heard().size();
        server = serve(port);
        await().untilAsserted(() -> assertThat(serving().routes()).containsEntry("80", Configs.route("80", "other")));
        assertThat(serving().listeners()).isEqualTo(before.listeners());
        assertThat(ads.heard().subList(asked, ads.heard().size()))
                .contains(variant == ApiType.GRPC ? "CLUSTER []" : "CLUSTER [] held [web]");
    }

    @Test
    void whatTheControlPlaneRemovesIsGone() throws Exception {
        complete(ApiType.DELTA_GRPC);
        ads.set(LISTENER);
        ads.set(CLUSTER);
        await().untilAsserted(() -> assertThat(serving().clusters()).containsOnlyKeys("xds-grpc"));
        await().untilAsserted(() -> assertThat(serving().listeners()).isEmpty());
        assertThat(serving().endpoints()).isEmpty();
        assertThat(serving().routes()).isEmpty();
    }

    @Test
    void aPortThatIsTakenIsReportedAndTriedAgain() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ads.set(CLUSTER);
            ads.set(LISTENER, Configs.http("in", taken.getLocalPort(), "80"), Configs.http("other", 0, "80"));
            ads.set(ROUTE, Configs.route("80", "web"));
            start(ApiType.GRPC);
            await().untilAsserted(() -> assertThat(sidecar.progress().failure())
                    .contains("listener 'in' cannot listen on /127.0.0.1:" + taken.getLocalPort()));
            assertThat(sidecar.progress().ready()).isFalse();
            assertThat(instance.addresses("other")).hasSize(1);
        }
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
        assertThat(sidecar.progress().failure()).isEmpty();
    }

    @Test
    void leavesNoStreamBehind() throws Exception {
        complete(ApiType.GRPC);
        assertThat(ads.streams()).isOne();
        sidecar.shutdown().join();
        sidecar = null;
        await().untilAsserted(() -> assertThat(ads.streams()).isZero());
    }

    @Test
    void saysWhichFieldOfTheBootstrapIsWrong() throws Exception {
        var good = Configs.following(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), ApiType.GRPC);
        var noCluster = good.toBuilder().clearStaticResources().build();
        var rest = good.toBuilder();
        rest.getDynamicResourcesBuilder().getAdsConfigBuilder().setApiType(ApiType.REST);
        var noAds = good.toBuilder();
        noAds.getDynamicResourcesBuilder().clearAdsConfig();
        assertThatThrownBy(() -> Bootstrapped.of(noCluster))
                .hasMessageContaining("'xds-grpc' is not in static_resources");
        assertThatThrownBy(() -> Bootstrapped.of(rest.build())).hasMessageContaining("found REST");
        assertThatThrownBy(() -> Bootstrapped.of(noAds.build())).hasMessageContaining("ads_config is missing");
    }

    private void complete(ApiType variant) throws Exception {
        ads.set(CLUSTER, Configs.eds("web"));
        ads.set(ENDPOINT, Configs.endpoints("web", "127.0.0.1", 9));
        ads.set(LISTENER, Configs.http("in", 0, "80"));
        ads.set(ROUTE, Configs.route("80", "web"));
        start(variant);
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
    }

    private void start(ApiType variant) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
        sidecar = new Sidecar(
                Configs.following(address, variant), null, instance, new Sidecar.Shared(control, new MessagePool()));
        sidecar.start();
    }

    private Resources serving() {
        return instance.plan().source();
    }

    private Server serve(int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(ads)
                .build()
                .start();
    }
}
