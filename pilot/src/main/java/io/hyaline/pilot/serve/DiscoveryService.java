package io.hyaline.pilot.serve;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.stub.StreamObserver;
import io.hyaline.xds.server.DeltaSession;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.ResourceStatus;
import io.hyaline.xds.server.SotwSession;
import java.time.InstantSource;
import java.util.List;

/** ADS over gRPC. */
public final class DiscoveryService extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    private final Connections connections;
    private final InstantSource clock;

    public DiscoveryService(Connections connections, InstantSource clock) {
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> client) {
        return new ProxyStream<>(new Sotw(new SotwSession()), client, connections, clock.instant());
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
            StreamObserver<DeltaDiscoveryResponse> client) {
        return new ProxyStream<>(new Delta(new DeltaSession()), client, connections, clock.instant());
    }

    private record Sotw(SotwSession session) implements ProxyStream.Session<DiscoveryRequest, DiscoveryResponse> {
        @Override
        public Node nodeOf(DiscoveryRequest request) {
            return request.getNode();
        }

        @Override
        public String refusalIn(DiscoveryRequest request) {
            return request.getErrorDetail().getMessage();
        }

        @Override
        public List<DiscoveryResponse> request(DiscoveryRequest request) {
            return session.request(request);
        }

        @Override
        public List<DiscoveryResponse> update(NodeConfig config) {
            return session.update(config);
        }

        @Override
        public List<ResourceStatus> statuses() {
            return session.statuses();
        }
    }

    private record Delta(DeltaSession session)
            implements ProxyStream.Session<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
        @Override
        public Node nodeOf(DeltaDiscoveryRequest request) {
            return request.getNode();
        }

        @Override
        public String refusalIn(DeltaDiscoveryRequest request) {
            return request.getErrorDetail().getMessage();
        }

        @Override
        public List<DeltaDiscoveryResponse> request(DeltaDiscoveryRequest request) {
            return session.request(request);
        }

        @Override
        public List<DeltaDiscoveryResponse> update(NodeConfig config) {
            return session.update(config);
        }

        @Override
        public List<ResourceStatus> statuses() {
            return session.statuses();
        }
    }
}
