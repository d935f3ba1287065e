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

    void prepare() {
        Sysctls.write(thread, namespace, Wiring.NAMESPACE_SWITCHES);
        Sysctls.write(thread, namespace, Wiring.ROUTER_SWITCHES);
        Sysctls.write(thread, namespace, Wiring.BALANCER_SWITCHES);
    }

    void ip(String batch) {
        Command.of("ip", "-batch", "-").withInput(batch).check(thread, namespace);
    }

    /** Replaces rules by one transaction. */
    public void rules(String nft) {
        Command.of("nft", "-f", "-").withInput(nft).check(thread, namespace);
    }

    /** Answers for {@code address} on the outside network. */
    public void own(String address) {
        ip("address replace " + address + "/32 dev outside\n");
    }

    /** Ends what {@link #own} began. */
    public void disown(String address) {
        ip("address delete " + address + "/32 dev outside\n");
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
