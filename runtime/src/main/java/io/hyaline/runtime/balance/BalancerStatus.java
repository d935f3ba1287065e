package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.api.model.ServiceStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Times;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes into a Service's status which address it has, which policy is followed, and where connections go. */
final class BalancerStatus {

    private static final int NOT_FOUND = 404;
    private static final EventRecorder.Source SOURCE = new EventRecorder.Source("hyaline-balancer", "");

    private final KubernetesClient client;
    private final EventRecorder events;
    private final Clock clock;
    private final Map<String, String> reported = new HashMap<>();

    BalancerStatus(KubernetesClient client, EventRecorder events, Clock clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
    }

    void publish(Collection<Service> services, Assignment assignment, Map<String, Map<String, Following>> following) {
        for (Service service : services) {
            String name = Assignment.name(service);
            Map<String, Following> states = following.getOrDefault(name, Map.of());
            if (!states.isEmpty()) {
                write(service, served(service, states));
            } else if (had(service)) {
                write(
                        service,
                        new ServiceStatusBuilder()
                                .withNewLoadBalancer()
                                .endLoadBalancer()
                                .build());
            }
            report(service, name, assignment.problems().get(name));
        }
    }

    /** Whether an address or condition of ours is left on a service that is none of ours any more. */
    private static boolean had(Service service) {
        return condition(service) != null
                && (!Assignment.ours(service) || !Assignment.present(service).isEmpty());
    }

    private static @Nullable Condition condition(Service service) {
        if (service.getStatus() == null || service.getStatus().getConditions() == null) {
            return null;
        }
        return service.getStatus().getConditions().stream()
                .filter(c -> BalancedCondition.TYPE.equals(c.getType()))
                .findFirst()
                .orElse(null);
    }

    private ServiceStatus served(Service service, Map<String, Following> states) {
        Condition before = condition(service);
        Condition now = BalancedCondition.of(states);
        now.setLastTransitionTime(
                before != null && now.getStatus().equals(before.getStatus())
                        ? before.getLastTransitionTime()
                        : Times.seconds(clock.instant()));
        List<Condition> conditions = new ArrayList<>();
        if (service.getStatus() != null && service.getStatus().getConditions() != null) {
            service.getStatus().getConditions().stream()
                    .filter(c -> !BalancedCondition.TYPE.equals(c.getType()))
                    .forEach(conditions::add);
        }
        conditions.add(now);
        return new ServiceStatusBuilder()
                .withNewLoadBalancer()
                .withIngress(states.keySet().stream()
                        .map(address -> new LoadBalancerIngressBuilder()
                                .withIp(address)
                                .withIpMode("VIP")
                                .build())
                        .toList())
                .endLoadBalancer()
                .withConditions(conditions)
                .build();
    }

    private void write(Service service, ServiceStatus wanted) {
        if (wanted.equals(service.getStatus())) {
            return;
        }
        Service patch = new Service();
        patch.setStatus(wanted);
        String text = wanted.getConditions().isEmpty()
                ? "{\"status\":{\"loadBalancer\":{\"ingress\":null},\"conditions\":null}}"
                : client.getKubernetesSerialization().asJson(patch);
        try {
            client.services()
                    .inNamespace(service.getMetadata().getNamespace())
                    .withName(service.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), text);
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
        }
    }

    private void report(Service service, String name, @Nullable String problem) {
        String before = problem == null ? reported.remove(name) : reported.put(name, problem);
        if (problem != null && !Objects.equals(before, problem)) {
            events.warning(SOURCE, service, "NoLoadBalancerAddress", problem);
        }
    }
}
