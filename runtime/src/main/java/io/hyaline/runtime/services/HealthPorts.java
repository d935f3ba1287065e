package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.Service;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node answers to load balancers: for each service with the policy Local, on its healthCheckNodePort, whether a ready
 * endpoint of the family that the question came by is here; and on port 10256 whether the node's rules are there at all.
 */
final class HealthPorts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthPorts.class);
    private static final int NODE_PORT = 10256;

    /** A service with the number of its ready endpoints on this node, by family. */
    record Local(String service, Map<Ip, Integer> endpoints) {

        int of(Ip family) {
            return endpoints.getOrDefault(family, 0);
        }
    }

    /** A service that has a health port. */
    record Wanted(String service, int port, Set<Endpoint> ready) {

        /** Nothing for a service without one. */
        static Optional<Wanted> of(Service service, List<ServicePortView> ports) {
            Integer port = service.getSpec().getHealthCheckNodePort();
            if (port == null || port == 0 || !ServiceViews.asksForLocal(service)) {
                return Optional.empty();
            }
            String name = ServiceViews.name(service);
            return Optional.of(new Wanted(
                    name,
                    port,
                    ports.stream()
                            .filter(p -> p.service().equals(name))
                            .flatMap(p -> p.endpoints().stream())
                            .filter(e -> !e.ending())
                            .collect(Collectors.toSet())));
        }
    }

    /** What one node has to say. */
    static Map<Integer, Local> on(String node, List<Wanted> all) {
        Map<Integer, Local> found = new HashMap<>();
        for (Wanted one : all) {
            Map<Ip, Integer> here = one.ready().stream()
                    .filter(e -> e.node().equals(node))
                    .map(Endpoint::address)
                    .distinct()
                    .flatMap(a -> Ip.of(a).stream())
                    .collect(Collectors.toMap(f -> f, _ -> 1, Integer::sum));
            found.put(one.port(), new Local(one.service(), here));
        }
        return found;
    }

    private final NamespaceThread thread;
    private final NetNs node;
    private final Map<Integer, HealthServer> servers = new HashMap<>();
    private volatile Map<Integer, Local> services = Map.of();
    private volatile boolean synced;

    HealthPorts(NamespaceThread thread, NetNs node) {
        this.thread = thread;
        this.node = node;
    }

    /**
     * Before the rules change: answers for {@code wanted} too, by port, with endpoints that are there before and after; other
     * ports go on as they are.
     */
    synchronized void before(Map<Integer, Local> wanted) {
        Map<Integer, Local> all = new HashMap<>(services);
        wanted.forEach((port, local) -> all.merge(port, local, HealthPorts::fewer));
        services = Map.copyOf(all);
        wanted.keySet().forEach(this::listen);
    }

    private static Local fewer(Local before, Local after) {
        if (!before.service().equals(after.service())) {
            return after;
        }
        Map<Ip, Integer> both = new HashMap<>();
        for (Ip family : Ip.values()) {
            both.put(family, Math.min(before.of(family), after.of(family)));
        }
        return new Local(after.service(), both);
    }

    /** After the rules have changed: ends what is not in {@code wanted}, and answers for the node itself. */
    synchronized void after(Map<Integer, Local> wanted) {
        services = Map.copyOf(wanted);
        synced = true;
        listen(NODE_PORT);
        servers.entrySet().removeIf(e -> {
            boolean gone = e.getKey() != NODE_PORT && !wanted.containsKey(e.getKey());
            if (gone) {
                e.getValue().close();
            }
            return gone;
        });
    }

    private void listen(int port) {
        if (servers.containsKey(port)) {
            return;
        }
        try {
            servers.put(port, HealthServer.start(thread, node, port, family -> answer(port, family)));
        } catch (IOException e) {
            // The load balancer sees a node that does not answer, which is true; the next change tries again.
            log.warn("{}: health checks on port {} cannot be answered: {}", node, port, e.getMessage());
        }
    }

    /** Nothing from a port that is about to be closed: the node has changed, which is not the same as being without endpoints. */
    private HealthServer.@Nullable Answer answer(int port, Ip family) {
        Local local = services.get(port);
        if (port == NODE_PORT) {
            return new HealthServer.Answer(synced, "{\"nodeEligible\": true}");
        }
        if (local == null) {
            return null;
        }
        int slash = local.service().indexOf('/');
        return new HealthServer.Answer(
                local.of(family) > 0,
                "{\"service\": {\"namespace\": \"" + local.service().substring(0, slash) + "\", \"name\": \""
                        + local.service().substring(slash + 1) + "\"}, \"localEndpoints\": " + local.of(family)
                        + ", \"serviceProxyHealthy\": " + synced + "}");
    }

    @Override
    public synchronized void close() {
        servers.values().forEach(HealthServer::close);
        servers.clear();
    }
}
