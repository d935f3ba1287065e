package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a change of {@code externalTrafficPolicy} takes effect in the rules, so that no connection is lost by it.
 *
 * <p>To Local: nodes answer their health checks at once, the load balancer leaves those that fail and says so in the
 * Service's status, and only then do the rules change; who does not say so in time is not waited for. To Cluster: the rules
 * change first, and the health checks end after them.
 */
final class PolicySteps {

    /** The condition by which a load balancer says which policy it follows. */
    static final String CONDITION = "hyaline.io/Balanced";

    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Services whose rules follow Cluster while they ask for Local, with the time that ends it. */
    private final Map<String, Instant> waiting = new HashMap<>();

    private final Map<String, Boolean> inForce = new HashMap<>();

    /** Names of the services, each with whether Local is in force; an unknown service starts with what it asks for. */
    Set<String> local(Collection<Service> services, Instant now) {
        Set<String> local = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (Service service : services) {
            String name = ServiceViews.name(service);
            seen.add(name);
            if (decide(name, service, now)) {
                local.add(name);
            }
            inForce.put(name, local.contains(name));
        }
        inForce.keySet().retainAll(seen);
        waiting.keySet().retainAll(seen);
        return local;
    }

    private boolean decide(String name, Service service, Instant now) {
        boolean before = inForce.getOrDefault(name, ServiceViews.asksForLocal(service));
        if (!ServiceViews.asksForLocal(service) || before || !balanced(service) || followed(service)) {
            waiting.remove(name);
            return ServiceViews.asksForLocal(service);
        }
        Instant until = waiting.computeIfAbsent(name, n -> now.plus(PATIENCE));
        if (now.isBefore(until)) {
            return false;
        }
        waiting.remove(name);
        return true;
    }

    /** When to decide again although nothing changes; null for never. */
    @Nullable
    Instant next() {
        return waiting.values().stream().min(Instant::compareTo).orElse(null);
    }

    private static boolean balanced(Service service) {
        return "LoadBalancer".equals(service.getSpec().getType())
                && service.getStatus() != null
                && service.getStatus().getLoadBalancer() != null
                && service.getStatus().getLoadBalancer().getIngress() != null
                && !service.getStatus().getLoadBalancer().getIngress().isEmpty();
    }

    private static boolean followed(Service service) {
        if (service.getStatus() == null || service.getStatus().getConditions() == null) {
            return false;
        }
        for (Condition condition : service.getStatus().getConditions()) {
            if (CONDITION.equals(condition.getType())) {
                return "Local".equals(condition.getReason());
            }
        }
        return false;
    }
}
