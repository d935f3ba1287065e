package io.hyaline.runtime.services;

import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.nft.AppliedTable;
import java.util.List;

/** One node's rules and health ports. */
final class NodeServices implements AutoCloseable {

    private final NodeNet net;
    private final NodeView view;
    private final HealthPorts health;
    private final AppliedTable table;
    private List<ServicePortView> ports = List.of();

    NodeServices(NodeNet net) {
        this.net = net;
        this.view = NodeView.of(net.plan(), net.number());
        this.table = new AppliedTable(net.name(), net::rules);
        this.health = new HealthPorts(net.thread(), net.namespace());
    }

    /** Health first, then rules, then what is no longer needed; see {@link PolicySteps}. */
    void apply(List<ServicePortView> wanted, List<HealthPorts.Wanted> checks) {
        health.before(HealthPorts.on(view.name(), checks));
        table.become(new ServiceRules(view).table(wanted));
        StaleFlows.forget(net, StaleFlows.between(ports, wanted));
        ports = wanted;
        health.after(HealthPorts.on(view.name(), checks));
    }

    @Override
    public void close() {
        health.close();
    }
}
