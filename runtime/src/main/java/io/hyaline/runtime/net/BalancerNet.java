package io.hyaline.runtime.net;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;

/** The load balancer's network namespace, with a leg in the outside network and one in the nodes' network. */
public final class BalancerNet implements AutoCloseable {

    private final NetNs namespace;
    private final NamespaceThread thread = new NamespaceThread("balancer");

    BalancerNet(NetNs namespace) {
        this.namespace = namespace;
    }

    void prepare(AddressPlan plan) {
        Sysctls.write(thread, namespace, Switches.balancer(plan));
    }

    /** Addresses, and the ways to so many nodes. */
    void connect(AddressPlan plan, int nodes) {
        IpBatch.run(thread, namespace, plan, Wiring.balancer(plan, nodes), Wiring.balancerRules(nodes));
    }

    /** Replaces rules by one transaction. */
    public void rules(String nft) {
        Command.of("nft", "-f", "-").withInput(nft).check(thread, namespace);
    }

    /** Answers for {@code address} on the outside network. */
    public void own(String address) {
        IpBatch.run(thread, namespace, Wiring.owned("replace", address));
    }

    /** Ends what {@link #own} began. */
    public void disown(String address) {
        IpBatch.run(thread, namespace, Wiring.owned("delete", address));
    }

    public NetNs namespace() {
        return namespace;
    }

    /** Creates sockets here. */
    public NamespaceThread thread() {
        return thread;
    }

    @Override
    public void close() {
        namespace.close();
        thread.close();
    }
}
