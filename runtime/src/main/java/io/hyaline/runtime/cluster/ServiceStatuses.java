package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions in the status of Services: each type has one writer, who leaves the others' alone. */
public final class ServiceStatuses {

    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final Clock clock;

    public ServiceStatuses(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    public static Optional<Condition> condition(Service service, String type) {
        return conditions(service).stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    private static List<Condition> conditions(Service service) {
        return service.getStatus() == null || service.getStatus().getConditions() == null
                ? List.of()
                : service.getStatus().getConditions();
    }

    private static List<LoadBalancerIngress> ingress(Service service) {
        return service.getStatus() == null
                        || service.getStatus().getLoadBalancer() == null
                        || service.getStatus().getLoadBalancer().getIngress() == null
                ? List.of()
                : service.getStatus().getLoadBalancer().getIngress();
    }

    /** Says it, unless it is said already. */
    public void say(Service service, Condition condition) {
        write(service, ingress(service), with(service, condition));
    }

    /** The same together with the addresses of a load balancer. */
    public void say(Service service, List<LoadBalancerIngress> addresses, Condition condition) {
        write(service, addresses, with(service, condition));
    }

    /** Takes back what was said. */
    public void withdraw(Service service, String type) {
        write(service, ingress(service), without(service, type));
    }

    /** The same together with the addresses. */
    public void withdrawAll(Service service, String type) {
        write(service, List.of(), without(service, type));
    }

    /** When it began to hold is kept as long as it does. */
    private List<Condition> with(Service service, Condition now) {
        now.setLastTransitionTime(condition(service, now.getType())
                .filter(before -> now.getStatus().equals(before.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> Times.seconds(clock.instant())));
        List<Condition> all = new ArrayList<>(without(service, now.getType()));
        all.add(now);
        return all;
    }

    private static List<Condition> without(Service service, String type) {
        return conditions(service).stream()
                .filter(c -> !type.equals(c.getType()))
                .toList();
    }

    private void write(Service service, List<LoadBalancerIngress> addresses, List<Condition> conditions) {
        if (addresses.equals(ingress(service)) && conditions.equals(conditions(service))) {
            return;
        }
        String patch = "{\"status\":{\"loadBalancer\":{\"ingress\":" + list(addresses) + "},\"conditions\":"
                + list(conditions) + "}}";
        try {
            client.services()
                    .inNamespace(service.getMetadata().getNamespace())
                    .withName(service.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
        }
    }

    /** An empty list is no list. */
    private String list(List<?> items) {
        return items.isEmpty() ? "null" : client.getKubernetesSerialization().asJson(items);
    }
}
