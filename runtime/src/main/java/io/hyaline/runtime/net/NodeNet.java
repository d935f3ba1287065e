package io.hyaline.runtime.net;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.linux.UserIds;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A node's network namespace, and the pods that hang on its bridge. */
public final class NodeNet implements AutoCloseable {

    private final AddressPlan plan;
    private final int number;
    private final NetNs namespace;
    private final NamespaceThread thread;
    private final AddressPool pool;
    private final AtomicInteger links = new AtomicInteger();

    NodeNet(AddressPlan plan, int number, NetNs namespace) {
        this.plan = plan;
        this.number = number;
        this.namespace = namespace;
        this.thread = new NamespaceThread("node-" + number);
        this.pool = new AddressPool(plan.each(f -> f.podRange(number)));
    }

    void prepare() {
        Sysctls.write(thread, namespace, Switches.router(plan));
        Sysctls.writeIfThere(thread, namespace, Switches.BRIDGE);
    }

    void connect() {
        IpBatch.run(thread, namespace, plan, Wiring.node(plan, number), Wiring.nodeRules());
    }

    /** Makes a pod's namespace, with an address of each family, joined to this node. */
    public PodNet addPod(String name) {
        List<String> given = pool.take();
        NetNs pod = NetNs.create(name);
        String link = "pod" + links.incrementAndGet();
        try {
            Sysctls.write(thread, pod, Switches.pod(plan, UserIds.current()));
            ip(namespace, Wiring.nodePodPort(plan, link, pod.path().toString()));
            ip(pod, Wiring.pod(plan, number, given));
            return new PodNet(pod, given, link);
        } catch (RuntimeException e) {
            removePod(new PodNet(pod, given, link));
            throw e;
        }
    }

    /** The namespace itself lives on until the last process in it has ended. */
    public void removePod(PodNet pod) {
        // The link may be gone already, when the pod's namespace is; there is nothing to do then.
        Command.of("ip", "link", "delete", pod.link()).run(thread, namespace);
        pod.namespace().close();
        pool.release(pod.addresses());
    }

    /** Replaces rules by one transaction. */
    public void rules(String nft) {
        Command.of("nft", "-f", "-").withInput(nft).check(thread, namespace);
    }

    /** Runs a short program on this node. */
    public Command.Result run(Command command) {
        return command.run(thread, namespace);
    }

    void ip(NetNs where, String batch) {
        IpBatch.run(thread, where, batch);
    }

    public int number() {
        return number;
    }

    public String name() {
        return "node-" + number;
    }

    /** InternalIP of the primary family. */
    public String address() {
        return addresses().getFirst();
    }

    /** InternalIPs, that of the primary family first. */
    public List<String> addresses() {
        return plan.each(f -> f.node(number));
    }

    public AddressPlan plan() {
        return plan;
    }

    public NetNs namespace() {
        return namespace;
    }

    /** The thread that starts this node's processes; it lives as long as the node, and they die with it. */
    public NamespaceThread thread() {
        return thread;
    }

    @Override
    public void close() {
        namespace.close();
        thread.close();
    }
}
