package io.hyaline.proxy.warm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.proxy.warm.Warming.Arrived;
import io.hyaline.proxy.warm.Warming.Outcome;
import io.hyaline.xds.client.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each test tells in which order things arrive, and what serves after each step. */
class WarmingTest {

    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final Map<String, Cluster> clusters = new LinkedHashMap<>();
    private final Map<String, ClusterLoadAssignment> endpoints = new LinkedHashMap<>();
    private final Map<String, RouteConfiguration> routes = new LinkedHashMap<>();
    private final Map<String, Secret> secrets = new LinkedHashMap<>();
    private boolean clustersListed = true;
    private Set<Need> overdue = Set.of();
    private Outcome outcome = Outcome.NOTHING;

    @Test
    void aClusterWaitsForItsEndpointsAndSecrets() {
        clusters.put("plain", cluster("plain").build());
        clusters.put(
                "eds",
                eds("eds", "service")
                        .setTransportSocket(tls("default", "ROOTCA"))
                        .build());
        assertServes("clusters plain");
        assertThat(missing()).containsExactly("ENDPOINT service", "SECRET ROOTCA", "SECRET default");
        endpoints.put("service", load("service"));
        secrets.put("default", secret("default"));
        assertServes("clusters plain");
        secrets.put("ROOTCA", secret("ROOTCA"));
        assertServes("clusters plain eds", "endpoints service", "secrets default ROOTCA");
        assertThat(missing()).isEmpty();
    }

    @Test
    void secretsOfTransportSocketMatchesCountToo() {
        clusters.put(
                "c",
                cluster("c")
                        .addTransportSocketMatches(
                                Cluster.TransportSocketMatch.newBuilder().setTransportSocket(tls("default", "ROOTCA")))
                        .build());
        assertServes();
        assertThat(missing()).containsExactly("SECRET ROOTCA", "SECRET default");
    }

    @Test
    void theFirstListenersWaitForTheFirstClusters() {
        clustersListed = false;
        listeners.put("l", http("l", "80"));
        routes.put("80", route("80", 1));
        assertServes();
        assertThat(needs()).as("subscribed to meanwhile").containsExactly("ROUTE 80");
        clustersListed = true;
        clusters.put("eds", eds("eds", "").build());
        assertServes();
        endpoints.put("eds", load("eds"));
        assertServes("listeners l", "clusters eds", "endpoints eds", "routes 80");
        clusters.put("late", eds("late", "").build());
        listeners.put("m", http("m", "80"));
        assertServes("listeners l m", "clusters eds", "endpoints eds", "routes 80");
    }

    @Test
    void aListenerWaitsForItsRoutesAndSecrets() {
        Listener listener = http("l", "80").toBuilder()
                .setDefaultFilterChain(FilterChain.newBuilder()
                        .setTransportSocket(serverTls("default"))
                        .addFilters(routed("90")))
                .build();
        listeners.put("l", listener);
        assertServes();
        assertThat(missing()).containsExactly("ROUTE 80", "ROUTE 90", "SECRET default");
        routes.put("80", route("80", 1));
        routes.put("90", route("90", 1));
        secrets.put("default", secret("default"));
        assertServes("listeners l", "routes 80 90", "secrets default");
    }

    @Test
    void thePreviousVersionServesWhileTheNextWarms() {
        listeners.put("l", http("l", "80"));
        routes.put("80", route("80", 1));
        assertServes("listeners l", "routes 80");
        Listener before = outcome.resources().listeners().get("l");
        listeners.put("l", http("l", "90"));
        assertServes("listeners l", "routes 80");
        assertThat(outcome.resources().listeners().get("l")).isSameAs(before);
        assertThat(needs()).as("both versions are followed").containsExactly("ROUTE 80", "ROUTE 90");
        routes.put("80", route("80", 2));
        step();
        assertThat(outcome.resources().routes().get("80"))
                .as("the old one goes on living")
                .isEqualTo(route("80", 2));
        routes.put("90", route("90", 1));
        assertServes("listeners l", "routes 90");
        assertThat(needs()).containsExactly("ROUTE 90");
    }

    @Test
    void whatIsRemovedIsGoneAtOnce() {
        clusters.put("eds", eds("eds", "").build());
        endpoints.put("eds", load("eds"));
        listeners.put("l", http("l", "80"));
        routes.put("80", route("80", 1));
        assertServes("listeners l", "clusters eds", "endpoints eds", "routes 80");
        clusters.clear();
        listeners.clear();
        assertServes();
        assertThat(needs()).isEmpty();
    }

    @Test
    void anEmptyRouteSetStandsInWhenTimeIsUp() {
        listeners.put("l", http("l", "80"));
        clusters.put("eds", eds("eds", "").build());
        assertServes();
        overdue = outcome.missing();
        assertServes("clusters eds", "endpoints eds");
        overdue = new HashSet<>(overdue);
        overdue.addAll(outcome.missing());
        assertServes("listeners l", "clusters eds", "endpoints eds", "routes 80");
        assertThat(outcome.resources().routes().get("80").getVirtualHostsList()).isEmpty();
        routes.put("80", route("80", 1));
        step();
        assertThat(outcome.resources().routes().get("80")).isEqualTo(route("80", 1));
    }

    @Test
    void timeoutsAreEnvoys() {
        ConfigSource ads = ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
        ConfigSource never = ConfigSource.newBuilder()
                .setInitialFetchTimeout(Duration.getDefaultInstance())
                .build();
        assertThat(new Need(ResourceType.ROUTE, "80", ads).timeout()).hasSeconds(15);
        assertThat(new Need(ResourceType.ROUTE, "80", never).timeout()).isZero();
        assertThat(new Need(ResourceType.SECRET, "kubernetes://one", ads).timeout())
                .hasSeconds(15);
        assertThat(new Need(ResourceType.SECRET, "default", ConfigSource.getDefaultInstance()).timeout())
                .isZero();
    }

    private void step() {
        Resources resources = new Resources(listeners, clusters, endpoints, routes, secrets);
        outcome = Warming.step(outcome, new Arrived(resources, clustersListed, overdue));
    }

    private void assertServes(String... expected) {
        step();
        List<String> lines = new ArrayList<>();
        line(lines, "listeners", outcome.resources().listeners());
        line(lines, "clusters", outcome.resources().clusters());
        line(lines, "endpoints", outcome.resources().endpoints());
        line(lines, "routes", new TreeMap<>(outcome.resources().routes()));
        line(lines, "secrets", new TreeMap<>(outcome.resources().secrets()).reversed());
        assertThat(lines).containsExactly(expected);
    }

    private static void line(List<String> lines, String kind, Map<String, ?> resources) {
        if (!resources.isEmpty()) {
            lines.add(kind + " " + String.join(" ", resources.keySet()));
        }
    }

    private Set<String> missing() {
        return names(outcome.missing());
    }

    private Set<String> needs() {
        return names(outcome.needs());
    }

    private static Set<String> names(Set<Need> needs) {
        Set<String> names = new TreeSet<>();
        needs.forEach(need -> names.add(need.type() + " " + need.name()));
        return names;
    }

    private static Cluster.Builder cluster(String name) {
        return Cluster.newBuilder().setName(name);
    }

    private static Cluster.Builder eds(String name, String service) {
        return cluster(name)
                .setType(Cluster.DiscoveryType.EDS)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setServiceName(service));
    }

    private static ClusterLoadAssignment load(String name) {
        return ClusterLoadAssignment.newBuilder().setClusterName(name).build();
    }

    private static RouteConfiguration route(String name, int version) {
        return RouteConfiguration.newBuilder()
                .setName(name)
                .addInternalOnlyHeaders("v" + version)
                .build();
    }

    private static Secret secret(String name) {
        return Secret.newBuilder().setName(name).build();
    }

    private static Listener http(String name, String route) {
        return Listener.newBuilder()
                .setName(name)
                .addFilterChains(FilterChain.newBuilder().addFilters(routed(route)))
                .build();
    }

    private static Filter routed(String route) {
        return Filter.newBuilder()
                .setTypedConfig(Any.pack(HttpConnectionManager.newBuilder()
                        .setRds(Rds.newBuilder().setRouteConfigName(route))
                        .build()))
                .build();
    }

    private static SdsSecretConfig sds(String name) {
        return SdsSecretConfig.newBuilder().setName(name).build();
    }

    private static TransportSocket tls(String certificate, String roots) {
        CommonTlsContext common = CommonTlsContext.newBuilder()
                .addTlsCertificateSdsSecretConfigs(sds(certificate))
                .setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                        .setDefaultValidationContext(CertificateValidationContext.getDefaultInstance())
                        .setValidationContextSdsSecretConfig(sds(roots)))
                .build();
        return TransportSocket.newBuilder()
                .setTypedConfig(Any.pack(UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .build()))
                .build();
    }

    private static TransportSocket serverTls(String certificate) {
        return TransportSocket.newBuilder()
                .setTypedConfig(Any.pack(DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(
                                CommonTlsContext.newBuilder().addTlsCertificateSdsSecretConfigs(sds(certificate)))
                        .build()))
                .build();
    }
}
