package io.hyaline.pilot.generate;

import com.google.protobuf.Any;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Clusters towards other workloads. */
final class Clusters {
    private static final UInt32Value UNLIMITED = UInt32Value.of(-1);
    private static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private final MeshSnapshot snapshot;
    private final MeshConfig mesh;

    private Clusters(MeshSnapshot snapshot) {
        this.snapshot = snapshot;
        this.mesh = snapshot.mesh();
    }

    static List<Cluster> outbound(MeshSnapshot snapshot, List<Outbound.Port> ports) {
        Clusters clusters = new Clusters(snapshot);
        List<Cluster> all = new ArrayList<>();
        ports.forEach(port -> all.add(clusters.of(port)));
        all.add(named(Names.BLACK_HOLE_CLUSTER, snapshot.mesh())
                .setType(Cluster.DiscoveryType.STATIC)
                .build());
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
        if (protocol == Protocol.AUTO) {
            return followsDownstream(cluster);
        }
        if (!protocol.isHttp2()) {
            return cluster;
        }
        return options(
                cluster,
                HttpProtocolOptions.newBuilder()
                        .setExplicitHttpConfig(HttpProtocolOptions.ExplicitHttpConfig.newBuilder()
                                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                        .build());
    }

    static Cluster.Builder followsDownstream(Cluster.Builder cluster) {
        return options(
                cluster,
                HttpProtocolOptions.newBuilder()
                        .setUseDownstreamProtocolConfig(HttpProtocolOptions.UseDownstreamHttpConfig.newBuilder()
                                .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                                .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()))
                        .build());
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
    static Cluster passedThrough(MeshConfig mesh, Outbound.Port port) {
        return named(port.serverName(), mesh)
                .setType(Cluster.DiscoveryType.EDS)
                .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                        .setEdsConfig(Protos.ads())
                        .setServiceName(port.serverName()))
                .build();
    }

    private Cluster of(Outbound.Port port) {
        Cluster.Builder cluster = port.service().headless()
                ? originalDestination(port.cluster(), mesh)
                : named(port.cluster(), mesh)
                        .setType(Cluster.DiscoveryType.EDS)
                        .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
                        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                                .setEdsConfig(Protos.ads())
                                .setServiceName(port.cluster()));
        cluster.setMetadata(serving(
                port.service().host(),
                port.service().key().name(),
                port.service().key().namespace()));
        if (mesh.autoMtls()) {
            meshTls(cluster, port);
        }
        return protocol(cluster, port.port().protocol()).build();
    }

    private void meshTls(Cluster.Builder cluster, Outbound.Port port) {
        SortedSet<String> spiffeIds = new TreeSet<>();
        boolean allSpeakTls = true;
        for (Endpoint endpoint : Endpoints.serving(snapshot, port)) {
            var workload = snapshot.workloadOf(endpoint);
            allSpeakTls &= Endpoints.speaksMeshTls(snapshot, endpoint, workload);
            if (workload != null) {
                spiffeIds.add(workload.spiffeId(mesh.trustDomain()));
            }
        }
        String sni = Names.sni(port.port().port(), "", port.service().host());
        var tls = Tls.outbound(port.port().protocol(), sni, spiffeIds);
        if (!port.service().headless()) {
            cluster.addTransportSocketMatches(match("tlsMode-istio")
                            .setTransportSocket(tls)
                            .setMatch(Struct.newBuilder().putFields("tlsMode", text("istio"))))
                    .addTransportSocketMatches(match("tlsMode-disabled")
                            .setTransportSocket(Tls.plaintext())
                            .setMatch(Struct.getDefaultInstance()));
        } else if (allSpeakTls && !spiffeIds.isEmpty()) {
            // the original destination carries no metadata to choose by, so TLS only when every pod takes it
            cluster.setTransportSocket(tls);
        }
    }

    private static Cluster.TransportSocketMatch.Builder match(String name) {
        return Cluster.TransportSocketMatch.newBuilder().setName(name);
    }

    private static Cluster.Builder options(Cluster.Builder cluster, HttpProtocolOptions options) {
        return cluster.putTypedExtensionProtocolOptions(HTTP_OPTIONS, Any.pack(options));
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
