package io.hyaline.proxy.upstream;

import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the endpoints of DNS clusters resolved, with this process's own resolver. A name that fails keeps its last answer. */
final class Names implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Names.class);

    /** Envoy's default for dns_refresh_rate. */
    private static final long REFRESH_SECONDS = 5;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("names").daemon(true).factory());

    /** Resolves a cluster's names now and then until it is retired. */
    void follow(Cluster cluster) {
        thread.execute(() -> refresh(cluster));
    }

    private void refresh(Cluster cluster) {
        if (cluster.retired()) {
            return;
        }
        thread.schedule(() -> refresh(cluster), REFRESH_SECONDS, TimeUnit.SECONDS);
        try {
            cluster.endpoints(resolved(cluster.plan()));
        } catch (UnknownHostException e) {
            LOG.warn("cluster {}: cannot resolve {}", cluster.plan().name(), e.getMessage());
        }
    }

    private static EndpointSet resolved(ClusterPlan plan) throws UnknownHostException {
        List<Locality> localities = new ArrayList<>();
        for (Locality locality : plan.endpoints().localities()) {
            List<Endpoint> endpoints = new ArrayList<>();
            for (Endpoint endpoint : locality.endpoints()) {
                add(endpoint, plan.discovery() == Discovery.LOGICAL_DNS, endpoints);
            }
            localities.add(new Locality(
                    locality.region(),
                    locality.zone(),
                    locality.subZone(),
                    locality.priority(),
                    locality.weight(),
                    List.copyOf(endpoints)));
        }
        return new EndpointSet(List.copyOf(localities), plan.endpoints().overprovisioningPercent());
    }

    private static void add(Endpoint endpoint, boolean onlyFirst, List<Endpoint> to) throws UnknownHostException {
        if (!(endpoint.address() instanceof InetSocketAddress address)) {
            to.add(endpoint);
            return;
        }
        InetAddress[] found = InetAddress.getAllByName(address.getHostString());
        for (int i = 0; i < (onlyFirst ? 1 : found.length); i++) {
            String hostname = endpoint.hostname().isEmpty() ? address.getHostString() : endpoint.hostname();
            to.add(new Endpoint(
                    new InetSocketAddress(found[i], address.getPort()),
                    hostname,
                    endpoint.weight(),
                    endpoint.healthy(),
                    endpoint.transportMatch()));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
