package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who gets which address.
 *
 * @param addresses by namespace/name of the service
 * @param problems why a service has none, in one sentence
 */
record Assignment(SortedMap<String, String> addresses, SortedMap<String, String> problems) {

    /** The loadBalancerClass of this load balancer; services without a class are served too. */
    static final String CLASS = "hyaline.io/balancer";

    /** Addresses that services have are kept; then come those that ask for one, then the others, the oldest first. */
    static Assignment of(Collection<Service> services, List<String> pool) {
        Assignment result = new Assignment(new TreeMap<>(), new TreeMap<>());
        List<Service> ours = services.stream()
                .filter(Assignment::ours)
                .sorted(Comparator.comparing((Service s) ->
                                Objects.requireNonNullElse(s.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(Assignment::name))
                .toList();
        Set<String> free = new HashSet<>(pool);
        for (Service service : ours) {
            String wanted = wanted(service);
            present(service)
                    .filter(a -> wanted.isEmpty() || wanted.equals(a))
                    .filter(free::remove)
                    .ifPresent(a -> result.addresses.put(name(service), a));
        }
        for (Service service : ours) {
            String wanted = wanted(service);
            if (!wanted.isEmpty() && !result.addresses.containsKey(name(service))) {
                if (free.remove(wanted)) {
                    result.addresses.put(name(service), wanted);
                } else {
                    result.problems.put(name(service), refusal(wanted, pool));
                }
            }
        }
        for (Service service : ours) {
            if (wanted(service).isEmpty() && !result.addresses.containsKey(name(service))) {
                pool.stream()
                        .filter(free::remove)
                        .findFirst()
                        .ifPresentOrElse(
                                a -> result.addresses.put(name(service), a),
                                () -> result.problems.put(
                                        name(service),
                                        "all " + pool.size() + " addresses of the load balancer are in use, "
                                                + range(pool) + "; delete a Service of type LoadBalancer"));
            }
        }
        return result;
    }

    static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }

    static boolean ours(Service service) {
        String which = service.getSpec().getLoadBalancerClass();
        return "LoadBalancer".equals(service.getSpec().getType()) && (which == null || which.equals(CLASS));
    }

    private static String wanted(Service service) {
        return Objects.requireNonNullElse(service.getSpec().getLoadBalancerIP(), "");
    }

    /** The address that the status tells. */
    static Optional<String> present(Service service) {
        if (service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null
                || service.getStatus().getLoadBalancer().getIngress() == null) {
            return Optional.empty();
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static String refusal(String wanted, List<String> pool) {
        return pool.contains(wanted)
                ? "loadBalancerIP " + wanted + " belongs to another Service; choose another address"
                : "loadBalancerIP " + wanted + " is none of the load balancer's addresses, " + range(pool)
                        + "; choose one of them or leave it out";
    }

    private static String range(List<String> pool) {
        return pool.getFirst() + " to " + pool.getLast();
    }
}
