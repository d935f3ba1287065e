package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.hyaline.runtime.cluster.ServiceFamilies;
import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who gets which address.
 *
 * @param addresses by namespace/name of the service: one for each of its families, in their order
 * @param problems why a service lacks one, in one sentence
 */
record Assignment(SortedMap<String, List<String>> addresses, SortedMap<String, String> problems) {

    /** The loadBalancerClass of this load balancer; services without a class are served too. */
    static final String CLASS = "hyaline.io/balancer";

    /** The addresses of one family, in the order in which they are given out. */
    record Pool(Ip family, List<String> addresses) {

        private String range() {
            return addresses.getFirst() + " to " + addresses.getLast();
        }
    }

    /**
     * Addresses that services have are kept; then come those that ask for one, then the others, the oldest first.
     *
     * @param pools that of the cluster's primary family first
     */
    static Assignment of(Collection<Service> services, List<Pool> pools) {
        Assignment result = new Assignment(new TreeMap<>(), new TreeMap<>());
        List<Service> ours = services.stream()
                .filter(Assignment::ours)
                .sorted(Comparator.comparing((Service s) ->
                                Objects.requireNonNullElse(s.getMetadata().getCreationTimestamp(), ""))
                        .thenComparing(Assignment::name))
                .toList();
        for (Pool pool : pools) {
            result.give(
                    pool,
                    ours.stream()
                            .filter(s -> families(s, pools).contains(pool.family()))
                            .toList(),
                    pools);
        }
        for (Service service : ours) {
            List<Ip> order = families(service, pools);
            result.addresses.computeIfPresent(
                    name(service),
                    (_, given) -> given.stream()
                            .sorted(Comparator.comparing(
                                    a -> Ip.of(a).map(order::indexOf).orElse(0)))
                            .toList());
        }
        return result;
    }

    private void give(Pool pool, List<Service> services, List<Pool> pools) {
        Set<String> free = new HashSet<>(pool.addresses());
        Set<String> served = new HashSet<>();
        for (Service service : services) {
            String wanted = wanted(service, pool, pools);
            present(service).stream()
                    .filter(a -> wanted.isEmpty() || wanted.equals(a))
                    .filter(free::remove)
                    .limit(1)
                    .forEach(a -> give(service, a, served));
        }
        for (Service service : services) {
            String wanted = wanted(service, pool, pools);
            if (!wanted.isEmpty() && !served.contains(name(service))) {
                if (free.remove(wanted)) {
                    give(service, wanted, served);
                } else {
                    problems.put(name(service), refusal(wanted, pool));
                }
            }
        }
        for (Service service : services) {
            if (wanted(service, pool, pools).isEmpty() && !served.contains(name(service))) {
                pool.addresses().stream()
                        .filter(free::remove)
                        .findFirst()
                        .ifPresentOrElse(
                                a -> give(service, a, served),
                                () -> problems.put(
                                        name(service),
                                        "all " + pool.addresses().size()
                                                + " addresses of the load balancer are in use, " + pool.range()
                                                + "; delete a Service of type LoadBalancer"));
            }
        }
    }

    private void give(Service service, String address, Set<String> served) {
        served.add(name(service));
        addresses.computeIfAbsent(name(service), _ -> new ArrayList<>()).add(address);
    }

    static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }

    static boolean ours(Service service) {
        String which = service.getSpec().getLoadBalancerClass();
        return "LoadBalancer".equals(service.getSpec().getType()) && (which == null || which.equals(CLASS));
    }

    /** Those of the service's families that the cluster has; its primary one, when the service names none. */
    private static List<Ip> families(Service service, List<Pool> pools) {
        List<Ip> present = pools.stream().map(Pool::family).toList();
        List<Ip> own =
                ServiceFamilies.of(service).stream().filter(present::contains).toList();
        return own.isEmpty() ? List.of(present.getFirst()) : own;
    }

    /** The address of this pool's family that the service asks for, or empty; what is no address is asked of its primary one. */
    private static String wanted(Service service, Pool pool, List<Pool> pools) {
        String asked = Objects.requireNonNullElse(service.getSpec().getLoadBalancerIP(), "");
        List<Ip> families = families(service, pools);
        Ip family = Ip.of(asked).filter(families::contains).orElse(families.getFirst());
        return family == pool.family() ? family.address(asked).orElse(asked) : "";
    }

    /** The addresses that the status tells. */
    static List<String> present(Service service) {
        if (service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null
                || service.getStatus().getLoadBalancer().getIngress() == null) {
            return List.of();
        }
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .filter(Objects::nonNull)
                .toList();
    }

    private static String refusal(String wanted, Pool pool) {
        return pool.addresses().contains(wanted)
                ? "loadBalancerIP " + wanted + " belongs to another Service; choose another address"
                : "loadBalancerIP " + wanted + " is none of the load balancer's addresses, " + pool.range()
                        + "; choose one of them or leave it out";
    }
}
