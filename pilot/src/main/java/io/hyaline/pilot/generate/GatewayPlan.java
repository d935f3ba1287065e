package io.hyaline.pilot.generate;

import io.hyaline.model.ContainerPort;
import io.hyaline.model.Gateway;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.TargetPort;
import io.hyaline.model.VirtualService;
import io.hyaline.model.Workload;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.host.Hosts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one gateway proxy listens for: the servers of all Gateways that select it, put together by port. Of servers
 * that cannot stand side by side the oldest Gateway's counts, and the others are problems.
 */
public record GatewayPlan(List<Port> ports, List<Problem> problems) {
    /** How the connections of a port are told apart. */
    public enum Kind {
        /** By the host of each request: one route configuration. */
        HTTP,
        /** By the server name of the ClientHello: a filter chain for each server. */
        TLS,
        /** Not at all. */
        TCP
    }

    /** A server and the Gateway that it belongs to. */
    public record Entry(ObjectKey gateway, Server server) {
        /** As VirtualServices name it. */
        String gatewayName() {
            return gateway.toString();
        }

        Problem problem(String reason) {
            String name = server.portName().isEmpty() ? "" : " (" + server.portName() + ")";
            return new Problem("Gateway", gateway, "server " + server.port() + name + ": " + reason);
        }
    }

    /**
     * A socket.
     *
     * @param number where the gateway listens: the target port of the Service's port
     */
    public record Port(String bind, int number, Kind kind, List<Entry> servers) {}

    private record Place(String bind, int number) {
        static final Comparator<Place> ORDER =
                Comparator.comparingInt(Place::number).thenComparing(Place::bind);
    }

    public static GatewayPlan of(MeshSnapshot mesh, ProxyNode node) {
        Map<Place, List<Entry>> places = new TreeMap<>(Place.ORDER);
        List<Problem> problems = new ArrayList<>();
        for (Gateway gateway : mesh.traffic().gateways()) {
            if (gateway.selects(node.labels())) {
                for (Server server : gateway.servers()) {
                    Place place = new Place(server.bind(), targetPort(mesh, node, server.port()));
                    Entry entry = new Entry(gateway.key(), server);
                    List<Entry> there = places.computeIfAbsent(place, _ -> new ArrayList<>());
                    Optional<String> conflict = conflict(there, server);
                    conflict.ifPresentOrElse(reason -> problems.add(entry.problem(reason)), () -> there.add(entry));
                }
            }
        }
        List<Port> ports = new ArrayList<>();
        places.forEach((place, entries) -> ports.add(
                new Port(place.bind(), place.number(), kind(entries.getFirst().server()), List.copyOf(entries))));
        return new GatewayPlan(List.copyOf(ports), List.copyOf(problems));
    }

    private static Kind kind(Server server) {
        if (server.isPlainHttp()) {
            return Kind.HTTP;
        }
        return server.speaksTls() ? Kind.TLS : Kind.TCP;
    }

    private static Optional<String> conflict(List<Entry> there, Server server) {
        for (Entry other : there) {
            if (kind(other.server()) != kind(server)) {
                return Optional.of("protocol " + server.protocol() + " cannot share the port with "
                        + other.server().protocol() + " of Gateway " + other.gateway() + ", which is older");
            }
            if (kind(server) == Kind.TCP) {
                return Optional.of("the port already belongs to a TCP server of Gateway " + other.gateway()
                        + "; connections without TLS cannot be told apart");
            }
            Set<String> both = new HashSet<>(server.hostNames());
            both.retainAll(other.server().hostNames());
            if (kind(server) == Kind.TLS && !both.isEmpty()) {
                return Optional.of("host " + both.stream().sorted().findFirst().orElseThrow()
                        + " already has a server at this port, of Gateway " + other.gateway());
            }
        }
        return Optional.empty();
    }

    /** Where the pod listens for a port of the gateway's Service; without such a Service at that port itself. */
    private static int targetPort(MeshSnapshot mesh, ProxyNode node, int port) {
        return mesh.services().values().stream()
                .filter(s -> s.selects(node.namespace(), node.labels()))
                .sorted(Comparator.comparing(Service::created).thenComparing(Service::key))
                .flatMap(s -> s.ports().stream())
                .filter(p -> p.port() == port)
                .findFirst()
                .map(p -> target(p, mesh, node))
                .orElse(port);
    }

    private static int target(ServicePort port, MeshSnapshot mesh, ProxyNode node) {
        return switch (port.target()) {
            case TargetPort.Numbered(int number) -> number;
            case TargetPort.Named(String name) -> {
                Workload pod = mesh.workloads().get(node.pod());
                List<ContainerPort> ports = pod == null ? node.ports() : pod.ports();
                yield ports.stream()
                        .filter(p -> p.name().equals(name))
                        .map(ContainerPort::port)
                        .findFirst()
                        .orElse(port.port());
            }
        };
    }

    /** Gateways by which VirtualServices may be bound to this proxy, each with its servers, in order. */
    Map<String, List<Server>> serversByGateway() {
        Map<String, List<Server>> servers = new LinkedHashMap<>();
        ports.forEach(port -> port.servers()
                .forEach(entry -> servers.computeIfAbsent(entry.gatewayName(), _ -> new ArrayList<>())
                        .add(entry.server())));
        return servers;
    }

    /** Whether one of this proxy's servers hands something to a VirtualService. */
    public boolean serves(VirtualService service) {
        return serversByGateway().entrySet().stream()
                .filter(e -> service.boundTo(e.getKey()))
                .flatMap(e -> e.getValue().stream())
                .anyMatch(s -> !Hosts.intersection(s.hostsFor(service.key().namespace()), service.hosts())
                        .isEmpty());
    }
}
