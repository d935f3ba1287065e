package io.hyaline.runtime.net;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outside network, the nodes' network and the router between them. */
public final class Fabric implements AutoCloseable {

    /** The only thing in the host's own namespace. */
    public static final String HOST_LINK = "hyaline0";

    private static final Logger log = LoggerFactory.getLogger(Fabric.class);

    private final AddressPlan plan;
    private final NetNs host;
    private final NetNs namespace;
    private final NamespaceThread thread;
    private final List<NodeNet> nodes = new ArrayList<>();
    private @Nullable Egress egress;
    private @Nullable BalancerNet balancer;

    private Fabric(AddressPlan plan, NetNs host, NetNs namespace, NamespaceThread thread) {
        this.plan = plan;
        this.host = host;
        this.namespace = namespace;
        this.thread = thread;
    }

    /** Builds the fabric and joins {@code host} to its outside network. */
    public static Fabric create(AddressPlan plan, NetNs host) {
        NamespaceThread thread = new NamespaceThread("fabric");
        NetNs namespace = NetNs.create("fabric");
        Fabric fabric = new Fabric(plan, host, namespace, thread);
        try {
            fabric.refuseConflicts();
            Sysctls.write(thread, namespace, Switches.router(plan));
            Sysctls.writeIfThere(thread, namespace, Switches.BRIDGE);
            fabric.ip(namespace, Wiring.fabric(plan));
            Command.of("nft", "-f", "-")
                    .withInput(Wiring.each(plan, Wiring::fabricRules))
                    .check(thread, namespace);
            fabric.ip(host, Wiring.host(plan, HOST_LINK, namespace.path().toString()));
            fabric.ip(namespace, Wiring.fabricHostPort());
            return fabric;
        } catch (RuntimeException e) {
            fabric.close();
            throw e;
        }
    }

    /** Adds node {@code number} (from 1) and tells the others the way to its pods. */
    public synchronized NodeNet addNode(int number) {
        NetNs node = NetNs.create("node-" + number);
        NodeNet added = new NodeNet(plan, number, node);
        try {
            added.prepare();
            ip(namespace, Wiring.fabricNodePort(plan, number, node.path().toString()));
            added.connect();
            for (NodeNet other : nodes) {
                other.ip(other.namespace(), Wiring.routeToNode(plan, number));
                added.ip(node, Wiring.routeToNode(plan, other.number()));
            }
            nodes.add(added);
            return added;
        } catch (RuntimeException e) {
            added.close();
            throw e;
        }
    }

    /** Adds the load balancer in front of all nodes that are there. */
    public synchronized BalancerNet addBalancer() {
        BalancerNet added = new BalancerNet(NetNs.create("balancer"));
        try {
            added.prepare(plan);
            ip(namespace, Wiring.fabricBalancerPorts(added.namespace().path().toString()));
            added.connect(plan, nodes.size());
            balancer = added;
            return added;
        } catch (RuntimeException e) {
            added.close();
            throw e;
        }
    }

    /** The namespace of the outside network's bridge, {@code outside}. */
    public NetNs namespace() {
        return namespace;
    }

    /**
     * Lets the cluster reach the world through the host's own addresses, until this is closed.
     *
     * @return the families that do
     */
    public List<Ip> openEgress() {
        List<FamilyPlan> families = Egress.possible(thread, host, plan);
        if (!families.isEmpty()) {
            families.forEach(f -> ip(namespace, "route add default via " + f.hostAddress() + "\n"));
            egress = Egress.open(thread, host, families);
        }
        return families.stream().map(FamilyPlan::family).toList();
    }

    public AddressPlan plan() {
        return plan;
    }

    private void refuseConflicts() {
        if (Command.of("ip", "link", "show", HOST_LINK).run(thread, host).exitCode() == 0) {
            throw new IllegalStateException("link " + HOST_LINK
                    + " exists already: another cluster runs on this machine; stop it with 'hyaline down' first");
        }
        for (FamilyPlan family : plan.families()) {
            List<String> conflicts = plan.conflicts(
                    HostRanges.parse(Command.of("ip", family.family().option(), "route", "show", "table", "all")
                            .check(thread, host)));
            if (!conflicts.isEmpty()) {
                throw new IllegalStateException(conflicts.getFirst());
            }
        }
    }

    private void ip(NetNs where, String batch) {
        IpBatch.run(thread, where, batch);
    }

    @Override
    public synchronized void close() {
        if (egress != null) {
            egress.close();
        }
        if (balancer != null) {
            balancer.close();
        }
        for (NodeNet node : nodes) {
            node.close();
        }
        // Naming the link makes it vanish at once; without this it would go with the namespace, a moment later.
        Command.Result gone = Command.of("ip", "link", "delete", "host").run(thread, namespace);
        log.debug("removed the host's link: {}", gone);
        namespace.close();
        thread.close();
    }
}
