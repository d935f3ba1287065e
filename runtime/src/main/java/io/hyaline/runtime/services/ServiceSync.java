package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.Service;
import io.hyaline.runtime.cluster.ChangeLoop;
import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.cluster.ServiceStatuses;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.net.NodeNet;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the rules of every node as services and endpoints are, and answers the health checks of load balancers. */
public final class ServiceSync implements AutoCloseable {

    private final Informers informers;
    private final List<Ip> families;
    private final List<NodeServices> nodes;
    private final List<String> names;
    private final Clock clock;
    private final ServiceStatuses statuses;
    private final PolicySteps steps = new PolicySteps();
    private final ChangeLoop loop;

    public ServiceSync(
            Informers informers, AddressPlan plan, List<NodeNet> nodes, ServiceStatuses statuses, Clock clock) {
        this.informers = informers;
        this.statuses = statuses;
        this.names = nodes.stream().map(NodeNet::name).toList();
        this.families = plan.each(FamilyPlan::family);
        this.nodes = nodes.stream().map(NodeServices::new).toList();
        this.clock = clock;
        this.loop = new ChangeLoop("service-rules", clock, this::apply);
    }

    /** Applies what is there, and then every change. */
    public void start() {
        Instant next = apply();
        informers.services.addEventHandler(new OnChange<>((before, after) -> loop.changed()));
        informers.slices.addEventHandler(new OnChange<>((before, after) -> loop.changed()));
        loop.start(next);
    }

    private @Nullable Instant apply() {
        Collection<Service> services = informers.services.getStore().list();
        Set<String> local = steps.local(services, clock.instant());
        Map<Ip, List<ServicePortView>> ports = new EnumMap<>(Ip.class);
        for (Ip family : families) {
            ports.put(
                    family,
                    new ServiceViews(family, s -> local.contains(ServiceViews.name(s)))
                            .of(services, informers.slices.getStore().list()));
        }
        List<ServicePortView> all =
                ports.values().stream().flatMap(List::stream).toList();
        List<HealthPorts.Wanted> health = services.stream()
                .flatMap(s -> HealthPorts.Wanted.of(s, all).stream())
                .toList();
        nodes.forEach(node -> node.apply(ports, health));
        services.forEach(service -> report(service, all));
        return steps.next();
    }

    private void report(Service service, List<ServicePortView> ports) {
        NodePortCondition.of(service, ports, names).ifPresentOrElse(c -> statuses.say(service, c), () -> {
            if (ServiceStatuses.condition(service, NodePortCondition.TYPE).isPresent()) {
                statuses.withdraw(service, NodePortCondition.TYPE);
            }
        });
    }

    @Override
    public void close() {
        loop.close();
        nodes.forEach(NodeServices::close);
    }
}
