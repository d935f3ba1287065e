package io.hyaline.proxy.sidecar;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.stub.StreamObserver;
import io.hyaline.xds.client.ResourceType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A control plane for tests, state of the world and delta: serves what it was given, and remembers what it was told. */
public final class AdsServer extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {

    private final Map<ResourceType, Map<String, Message>> resources = new EnumMap<>(ResourceType.class);
    private final Map<ResourceType, Integer> versions = new EnumMap<>(ResourceType.class);
    private final List<Client> clients = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    /** Replaces all resources of {@code type} and tells everyone who asked for them. */
    public synchronized void set(ResourceType type, Message... messages) {
        Map<String, Message> byName = new LinkedHashMap<>();
        for (Message message : messages) {
            byName.put(type.nameOf(message), message);
        }
        resources.put(type, byName);
        versions.merge(type, 1, Integer::sum);
        List.copyOf(clients).forEach(client -> client.push(type));
    }

    /** One line for each request: its type, the names, held versions, and the reason of a NACK. */
    public synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    public synchronized int streams() {
        return clients.size();
    }

    /** Ends every stream, as a restart does. */
    public synchronized void drop() {
        List.copyOf(clients).forEach(Client::drop);
        clients.clear();
    }

    private Map<String, Message> of(ResourceType type) {
        return resources.getOrDefault(type, Map.of());
    }

    private String version(ResourceType type) {
        return versions.getOrDefault(type, 0).toString();
    }

    private abstract class Client {

        final Map<ResourceType, Set<String>> names = new EnumMap<>(ResourceType.class);

        abstract void push(ResourceType type);

        abstract void drop();

        void gone() {
            synchronized (AdsServer.this) {
                clients.remove(this);
            }
        }

        boolean wants(ResourceType type, String name) {
            return names.containsKey(type)
                    && (type.wholeSet() || names.get(type).contains(name));
        }
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(StreamObserver<DiscoveryResponse> out) {
        Sotw client = new Sotw(out);
        synchronized (this) {
            clients.add(client);
        }
        return client;
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(StreamObserver<DeltaDiscoveryResponse> out) {
        Delta client = new Delta(out);
        synchronized (this) {
            clients.add(client);
        }
        return client;
    }

    private final class Sotw extends Client implements StreamObserver<DiscoveryRequest> {

        private final StreamObserver<DiscoveryResponse> out;

        Sotw(StreamObserver<DiscoveryResponse> out) {
            this.out = out;
        }

        @Override
        public void onNext(DiscoveryRequest request) {
            synchronized (AdsServer.this) {
                ResourceType type = ResourceType.ofTypeUrl(request.getTypeUrl()).orElseThrow();
                heard.add(type + " " + request.getResourceNamesList()
                        + (request.hasErrorDetail()
                                ? " NACK " + request.getErrorDetail().getMessage()
                                : ""));
                Set<String> wanted = new HashSet<>(request.getResourceNamesList());
                if (!wanted.equals(names.put(type, wanted))) {
                    push(type);
                }
            }
        }

        @Override
        void push(ResourceType type) {
            if (!names.containsKey(type) || !resources.containsKey(type)) {
                return;
            }
            DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder()
                    .setTypeUrl(type.typeUrl())
                    .setVersionInfo(version(type))
                    .setNonce(type + version(type));
            of(type).forEach((name, message) -> {
                if (wants(type, name)) {
                    response.addResources(Any.pack(message));
                }
            });
            out.onNext(response.build());
        }

        @Override
        void drop() {
            out.onCompleted();
        }

        @Override
        public void onError(Throwable t) {
            gone();
        }

        @Override
        public void onCompleted() {
            gone();
        }
    }

    private final class Delta extends Client implements StreamObserver<DeltaDiscoveryRequest> {

        private final StreamObserver<DeltaDiscoveryResponse> out;
        private final Map<ResourceType, Map<String, Message>> sent = new EnumMap<>(ResourceType.class);

        Delta(StreamObserver<DeltaDiscoveryResponse> out) {
            this.out = out;
        }

        @Override
        public void onNext(DeltaDiscoveryRequest request) {
            synchronized (AdsServer.this) {
                ResourceType type = ResourceType.ofTypeUrl(request.getTypeUrl()).orElseThrow();
                heard.add(type + " " + request.getResourceNamesSubscribeList()
                        + (request.getInitialResourceVersionsCount() == 0
                                ? ""
                                : " held "
                                        + new HashSet<>(request.getInitialResourceVersionsMap()
                                                .keySet()))
                        + (request.hasErrorDetail()
                                ? " NACK " + request.getErrorDetail().getMessage()
                                : ""));
                boolean first = !names.containsKey(type);
                Set<String> wanted = names.computeIfAbsent(type, _ -> new HashSet<>());
                boolean changed = wanted.addAll(request.getResourceNamesSubscribeList());
                request.getResourceNamesUnsubscribeList().forEach(wanted::remove);
                if (first) {
                    request.getInitialResourceVersionsMap().forEach((name, version) -> {
                        if (version.equals(version(type)) && of(type).containsKey(name)) {
                            sent(type).put(name, of(type).get(name));
                        }
                    });
                }
                if (first || changed) {
                    push(type);
                }
            }
        }

        private Map<String, Message> sent(ResourceType type) {
            return sent.computeIfAbsent(type, _ -> new HashMap<>());
        }

        @Override
        void push(ResourceType type) {
            if (!names.containsKey(type) || !resources.containsKey(type)) {
                return;
            }
            DeltaDiscoveryResponse.Builder response = DeltaDiscoveryResponse.newBuilder()
                    .setTypeUrl(type.typeUrl())
                    .setNonce(type + version(type));
            of(type).forEach((name, message) -> {
                if (wants(type, name) && !message.equals(sent(type).put(name, message))) {
                    response.addResources(Resource.newBuilder()
                            .setName(name)
                            .setVersion(version(type))
                            .setResource(Any.pack(message)));
                }
            });
            Set<String> gone = new HashSet<>(sent(type).keySet());
            gone.removeAll(of(type).keySet());
            sent(type).keySet().removeAll(gone);
            out.onNext(response.addAllRemovedResources(gone).build());
        }

        @Override
        void drop() {
            out.onCompleted();
        }

        @Override
        public void onError(Throwable t) {
            gone();
        }

        @Override
        public void onCompleted() {
            gone();
        }
    }
}
