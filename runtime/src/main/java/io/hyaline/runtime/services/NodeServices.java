package io.hyaline.runtime.services;

import io.hyaline.linux.CommandFailedException;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.nft.NftTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node's rules and health ports. */
final class NodeServices implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeServices.class);

    private final NodeNet net;
    private final NodeView view;
    private final HealthPorts health;
    private List<ServicePortView> ports = List.of();
    private @Nullable NftTable applied;

    NodeServices(NodeNet net) {
        this.net = net;
        this.view = NodeView.of(net.plan(), net.number());
        this.health = new HealthPorts(net.thread(), net.namespace());
    }

    /** Health first, then rules, then what is no longer needed; see {@link PolicySteps}. */
    void apply(List<ServicePortView> wanted, List<HealthPorts.Wanted> checks) {
        health.before(HealthPorts.on(view.name(), checks));
        rules(new ServiceRules(view).table(wanted));
        StaleFlows.forget(net, StaleFlows.between(ports, wanted));
        ports = wanted;
        health.after(HealthPorts.on(view.name(), checks));
    }

    private void rules(NftTable wanted) {
        NftTable before = applied;
        String change = before == null ? wanted.text() : wanted.changesFrom(before);
        if (change.isEmpty()) {
            return;
        }
        // Until it has worked, nobody knows what is there.
        applied = null;
        try {
            net.rules(change);
        } catch (CommandFailedException e) {
            if (before == null) {
                throw e;
            }
            log.warn("{}: a change of the service rules was refused; writing all of them anew", net.name(), e);
            net.rules(wanted.text());
        }
        applied = wanted;
    }

    @Override
    public void close() {
        health.close();
    }
}
