package io.hyaline.proxy.upstream;

import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.Locality;
import java.net.Inet4Address;
import java.net.Inet6Address;
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
        long pause = cluster.plan().found().refresh().toMillis();
        thread.schedule(() -> refresh(cluster), pause, TimeUnit.MILLISECONDS);
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
                add(endpoint, plan.found(), endpoints);
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

    private static void add(Endpoint endpoint, ClusterPlan.Found how, List<Endpoint> to) throws UnknownHostException {
        if (!(endpoint.address() instanceof InetSocketAddress address)) {
            to.add(endpoint);
            return;
        }
        List<InetAddress> found = ofFamily(how.family(), List.of(InetAddress.getAllByName(address.getHostString())));
        if (found.isEmpty()) {
            throw new UnknownHostException(
                    address.getHostString() + ": no address of dns_lookup_family " + how.family());
        }
        boolean onlyFirst = how.discovery() == Discovery.LOGICAL_DNS;
        for (InetAddress resolved : onlyFirst ? found.subList(0, 1) : found) {
            String hostname = endpoint.hostname().isEmpty() ? address.getHostString() : endpoint.hostname();
            to.add(new Endpoint(
                    new InetSocketAddress(resolved, address.getPort()),
                    hostname,
                    endpoint.weight(),
                    endpoint.healthy(),
                    endpoint.transportMatch(),
                    endpoint.hashKey()));
        }
    }

    /** The addresses that Envoy's DnsLookupFamily wants: AUTO takes IPv6 before IPv4, and never both. */
    static List<InetAddress> ofFamily(ClusterPlan.Family family, List<InetAddress> all) {
        List<InetAddress> four =
                all.stream().filter(Inet4Address.class::isInstance).toList();
        List<InetAddress> six =
                all.stream().filter(Inet6Address.class::isInstance).toList();
        return switch (family) {
            case V4_ONLY -> four;
            case V6_ONLY -> six;
            case AUTO -> six.isEmpty() ? four : six;
            case V4_PREFERRED -> four.isEmpty() ? six : four;
            case ALL -> all;
        };
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
