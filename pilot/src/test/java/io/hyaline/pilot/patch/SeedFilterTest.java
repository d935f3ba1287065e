package io.hyaline.pilot.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.Filters;
import io.hyaline.pilot.fixture.Objects;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.ProxyResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Oracle row O30: what the seed's EnvoyFilter changes, and all that it does not. */
class SeedFilterTest {
    private static final ProxyNode HTTPBIN = SeedMesh.httpbin(InterceptionMode.REDIRECT);

    @Test
    void o30SetsUseRemoteAddressOnEveryManagerOfVirtualInboundAndNothingElse() {
        MeshSnapshot plain = new SeedMesh().snapshot();
        ProxyResources before = Generate.resources(plain, HTTPBIN);
        ProxyResources after =
                patched(new SeedMesh().with(Filters.read(Objects.SEED_FILTER)).snapshot(), HTTPBIN);
        Listener old = before.listeners().get("virtualInbound");
        Listener now = after.listeners().get("virtualInbound");
        assertThat(managers(now))
                .hasSize(4)
                .allMatch(m -> m.getUseRemoteAddress().getValue());
        assertThat(managers(old))
                .hasSize(4)
                .noneMatch(m -> m.getUseRemoteAddress().getValue());
        assertThat(withRemoteAddress(old)).isEqualTo(now);
        assertThat(after.clusters()).isEqualTo(before.clusters());
        assertThat(after.routes()).isEqualTo(before.routes());
        assertThat(after.listeners().get("virtualOutbound"))
                .isEqualTo(before.listeners().get("virtualOutbound"));
        assertThat(after.listeners().get("0.0.0.0_8000"))
                .isEqualTo(before.listeners().get("0.0.0.0_8000"));
    }

    @Test
    void o30OtherVersionsAndProxiesAreLeftAlone() {
        MeshSnapshot mesh =
                new SeedMesh().with(Filters.read(Objects.SEED_FILTER)).snapshot();
        assertUntouched(mesh, withVersion("2.0"));
        assertUntouched(mesh, withVersion(""));
        String metadata = Objects.SEED_FILTER.replace(
                "proxyVersion: \"^1.*\"", "proxyVersion: \"^1.*\"\n        metadata: {CLUSTER_ID: other}");
        assertUntouched(new SeedMesh().with(Filters.read(metadata)).snapshot(), HTTPBIN);
        String elsewhere = Objects.SEED_FILTER.replace("namespace: istio-system", "namespace: elsewhere");
        assertUntouched(new SeedMesh().with(Filters.read(elsewhere)).snapshot(), HTTPBIN);
        String selecting = Objects.SEED_FILTER.replace(
                "  configPatches:", "  workloadSelector: {labels: {app: sleep}}\n  configPatches:");
        assertUntouched(new SeedMesh().with(Filters.read(selecting)).snapshot(), HTTPBIN);
    }

    @Test
    void o30PriorityDecidesWhoIsLast() {
        String off = Objects.SEED_FILTER
                .replace("name: enable-xff", "name: a-later")
                .replace("use_remote_address: true", "use_remote_address: false")
                .replace("spec:\n", "spec:\n  priority: 10\n");
        MeshSnapshot mesh = new SeedMesh()
                .with(Filters.read(off))
                .with(Filters.read(Objects.SEED_FILTER))
                .snapshot();
        Listener listener = patched(mesh, HTTPBIN).listeners().get("virtualInbound");
        assertThat(managers(listener)).noneMatch(m -> m.getUseRemoteAddress().getValue());
        MeshSnapshot reversed = new SeedMesh()
                .with(Filters.read(off.replace("priority: 10", "priority: -10")))
                .with(Filters.read(Objects.SEED_FILTER))
                .snapshot();
        assertThat(managers(patched(reversed, HTTPBIN).listeners().get("virtualInbound")))
                .allMatch(m -> m.getUseRemoteAddress().getValue());
    }

    private static void assertUntouched(MeshSnapshot mesh, ProxyNode node) {
        assertThat(patched(mesh, node)).isEqualTo(Generate.resources(new SeedMesh().snapshot(), node));
    }

    private static ProxyResources patched(MeshSnapshot mesh, ProxyNode node) {
        Patcher.Patched patched = Patcher.apply(mesh, node, Generate.resources(mesh, node));
        assertThat(patched.problems()).isEmpty();
        return patched.resources();
    }

    private static ProxyNode withVersion(String version) {
        ProxyNode n = HTTPBIN;
        return new ProxyNode(
                n.id(),
                n.kind(),
                n.pod(),
                version,
                n.labels(),
                n.serviceAccount(),
                n.interception(),
                n.addresses(),
                n.ports(),
                Map.of());
    }

    private static List<HttpConnectionManager> managers(Listener listener) {
        List<HttpConnectionManager> all = new ArrayList<>();
        for (FilterChain chain : listener.getFilterChainsList()) {
            for (Filter filter : chain.getFiltersList()) {
                if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                    all.add(manager(filter));
                }
            }
        }
        return all;
    }

    private static Listener withRemoteAddress(Listener listener) {
        Listener.Builder result = listener.toBuilder();
        for (FilterChain.Builder chain : result.getFilterChainsBuilderList()) {
            for (Filter.Builder filter : chain.getFiltersBuilderList()) {
                if (filter.getTypedConfig().is(HttpConnectionManager.class)) {
                    filter.setTypedConfig(Any.pack(manager(filter.build()).toBuilder()
                            .setUseRemoteAddress(BoolValue.of(true))
                            .build()));
                }
            }
        }
        return result.build();
    }

    private static HttpConnectionManager manager(Filter filter) {
        try {
            return filter.getTypedConfig().unpack(HttpConnectionManager.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
