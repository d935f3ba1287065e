package io.hyaline.pilot.generate;

import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.Problem;
import io.hyaline.model.Protocol;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.pilot.policy.HttpSettings;
import io.hyaline.pilot.policy.PoolSettings;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clusters towards other workloads. */
final class Clusters {
    private static final UInt32Value UNLIMITED = UInt32Value.of(-1);
    private static final Duration DNS_REFRESH =
            Duration.newBuilder().setSeconds(60).build();

    private final Moment moment;
    private final MeshConfig mesh;
    private final ProxyNode node;
    private final UpstreamTls tls;
    private final List<Problem> problems = new ArrayList<>();

    /** @param secrets null for a proxy that is given none */
    Clusters(Moment moment, ProxyNode node, @Nullable Secrets secrets) {
        this.moment = moment;
        this.mesh = moment.mesh().mesh();
        this.node = node;
        this.tls = new UpstreamTls(moment.mesh(), secrets);
    }

    /** Those left out, and why. */
    List<Problem> problems() {
        return problems;
    }

    List<Cluster> outbound(List<Upstream> upstreams) {
        List<Cluster> all = new ArrayList<>(some(upstreams));
        all.add(named(Names.BLACK_HOLE_CLUSTER, mesh)
                .setType(Cluster.DiscoveryType.STATIC)
                .build());
        return all;
    }

    List<Cluster> some(List<Upstream> upstreams) {
        List<Cluster> all = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            String missing = tls.missing(upstream);
            if (missing.isEmpty()) {
                all.add(of(upstream));
            } else {
                problems.add(new Problem(
                        "Service",
                        upstream.service().key(),
                        "cluster " + upstream.cluster() + " is off, as its DestinationRule asks for what is not there: "
                                + missing));
            }
        }
        return all;
    }

    static Cluster passthrough(MeshConfig mesh) {
        return followsDownstream(originalDestination(Names.PASSTHROUGH_CLUSTER, mesh))
                .build();
    }

    static Cluster.Builder originalDestination(String name, MeshConfig mesh) {
        return named(name, mesh)
                .setType(Cluster.DiscoveryType.ORIGINAL_DST)
                .setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED);
    }

    static Cluster.Builder named(String name, MeshConfig mesh) {
        return Cluster.newBuilder()
                .setName(name)
                .setConnectTimeout(Protos.duration(mesh.connectTimeout()))
                .setCircuitBreakers(CircuitBreakers.newBuilder()
                        .addThresholds(CircuitBreakers.Thresholds.newBuilder()
                                .setMaxConnections(UNLIMITED)
                                .setMaxPendingRequests(UNLIMITED)
                                .setMaxRequests(UNLIMITED)
                                .setMaxRetries(UNLIMITED)
                                .setTrackRemaining(true)));
    }

    static Cluster.Builder protocol(Cluster.Builder cluster, Protocol protocol) {
        HttpSettings.apply(protocol, TrafficPolicy.NONE, cluster);
        return cluster;
    }

    static Cluster.Builder followsDownstream(Cluster.Builder cluster) {
        return protocol(cluster, Protocol.AUTO);
    }

    static Metadata serving(String host, String name, String namespace) {
        Struct service = Struct.newBuilder()
                .putFields("host", text(host))
                .putFields("name", text(name))
                .putFields("namespace", text(namespace))
                .build();
        return Metadata.newBuilder()
                .putFilterMetadata(
                        "istio",
                        Struct.newBuilder()
                                .putFields(
                                        "services",
                                        Value.newBuilder()
                                                .setListValue(ListValue.newBuilder()
                                                        .addValues(Value.newBuilder()
                                                                .setStructValue(service)))
                                                .build())
                                .build())
                .build();
    }

    /** To pods that end mesh TLS themselves: what arrives is TLS already, and goes on as it is. */
    static Cluster passedThrough(MeshConfig mesh, Upstream upstream) {
        return named(upstream.serverName(), mesh)
                .setType(Cluster.DiscoveryType.EDS)
                .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(Protos.ads())
                        .setServiceName(upstream.serverName()))
                .build();
    }

    private Cluster of(Upstream upstream) {
        Cluster.Builder cluster = found(upstream);
        cluster.setMetadata(serving(
                upstream.service().host(),
                upstream.service().key().name(),
                upstream.service().key().namespace()));
        PoolSettings.apply(upstream.policy(), cluster);
        tls.apply(upstream, cluster);
        HttpSettings.apply(upstream.protocol(), upstream.policy(), cluster);
        return cluster.build();
    }

    private Cluster.Builder found(Upstream upstream) {
        if (upstream.followsDestination()) {
            return originalDestination(upstream.cluster(), mesh);
        }
        Cluster.Builder cluster = named(upstream.cluster(), mesh).setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST);
        if (!upstream.service().resolvedByName()) {
            return cluster.setType(Cluster.DiscoveryType.EDS)
                    .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                            .setEdsConfig(Protos.ads())
                            .setServiceName(upstream.cluster()));
        }
        return byName(upstream, cluster);
    }

    @SuppressWarnings("deprecation") // the typed form is not understood by older proxies
    private Cluster.Builder byName(Upstream upstream, Cluster.Builder cluster) {
        ClusterLoadAssignment names = Endpoints.assignment(moment, node, upstream);
        int count = names.getEndpointsList().stream()
                .mapToInt(LocalityLbEndpoints::getLbEndpointsCount)
                .sum();
        boolean firstOnly = upstream.service().resolution() == Service.Resolution.DNS_ROUND_ROBIN && count == 1;
        return cluster.setType(firstOnly ? Cluster.DiscoveryType.LOGICAL_DNS : Cluster.DiscoveryType.STRICT_DNS)
                .setLoadAssignment(names)
                .setDnsLookupFamily(
                        switch (node.families()) {
                            case IPV4 -> Cluster.DnsLookupFamily.V4_ONLY;
                            case IPV6 -> Cluster.DnsLookupFamily.V6_ONLY;
                            case BOTH, BOTH_IPV6_FIRST -> Cluster.DnsLookupFamily.ALL;
                        })
                .setDnsRefreshRate(DNS_REFRESH)
                .setRespectDnsTtl(true);
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
