package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.ServiceStatuses;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes into a Service's status which address it has, which policy is followed, and where connections go. */
final class BalancerStatus {

    private static final EventRecorder.Source SOURCE = new EventRecorder.Source("hyaline-balancer", "");

    private final ServiceStatuses statuses;
    private final EventRecorder events;
    private final Map<String, String> reported = new HashMap<>();

    BalancerStatus(ServiceStatuses statuses, EventRecorder events) {
        this.statuses = statuses;
        this.events = events;
    }

    void publish(Collection<Service> services, Assignment assignment, Map<String, Map<String, Following>> following) {
        for (Service service : services) {
            String name = Assignment.name(service);
            Map<String, Following> states = following.getOrDefault(name, Map.of());
            if (!states.isEmpty()) {
                statuses.say(service, ingress(states), BalancedCondition.of(states));
            } else if (had(service)) {
                statuses.withdrawAll(service, BalancedCondition.TYPE);
            }
            report(service, name, assignment.problems().get(name));
        }
    }

    /** Whether an address or condition of ours is left on a service that is none of ours any more. */
    private static boolean had(Service service) {
        return ServiceStatuses.condition(service, BalancedCondition.TYPE).isPresent()
                && (!Assignment.ours(service) || !Assignment.present(service).isEmpty());
    }

    private static List<LoadBalancerIngress> ingress(Map<String, Following> states) {
        return states.keySet().stream()
                .map(address -> new LoadBalancerIngressBuilder()
                        .withIp(address)
                        .withIpMode("VIP")
                        .build())
                .toList();
    }

    private void report(Service service, String name, @Nullable String problem) {
        String before = problem == null ? reported.remove(name) : reported.put(name, problem);
        if (problem != null && !Objects.equals(before, problem)) {
            events.warning(SOURCE, service, "NoLoadBalancerAddress", problem);
        }
    }
}
