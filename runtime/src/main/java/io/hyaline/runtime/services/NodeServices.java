package io.hyaline.runtime.services;

import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.nft.AppliedTable;
import java.util.List;
import java.util.Map;

/** One node's rules, a table for each family, and its health ports. */
final class NodeServices implements AutoCloseable {

    private final NodeNet net;
    private final List<Family> families;
    private final HealthPorts health;

    /** What the kernel has of one family. */
    private static final class Family {
        private final NodeView view;
        private final AppliedTable table;
        private List<ServicePortView> ports = List.of();

        Family(NodeView view, NodeNet net) {
            this.view = view;
            this.table = new AppliedTable(net.name(), net::rules);
        }
    }

    NodeServices(NodeNet net) {
        this.net = net;
        this.families = net.plan().each(f -> new Family(NodeView.of(f, net.number()), net));
        this.health = new HealthPorts(net.thread(), net.namespace());
    }

    /** Health first, then rules, then what is no longer needed; see {@link PolicySteps}. */
    void apply(Map<Ip, List<ServicePortView>> wanted, List<HealthPorts.Wanted> checks) {
        health.before(HealthPorts.on(net.name(), checks));
        for (Family family : families) {
            List<ServicePortView> ports = wanted.getOrDefault(family.view.family(), List.of());
            family.table.become(new ServiceRules(family.view).table(ports));
            StaleFlows.forget(net, StaleFlows.between(family.ports, ports));
            family.ports = ports;
        }
        health.after(HealthPorts.on(net.name(), checks));
    }

    @Override
    public void close() {
        health.close();
    }
}
