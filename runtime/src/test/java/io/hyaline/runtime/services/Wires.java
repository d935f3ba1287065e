package io.hyaline.runtime.services;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.BalancerNet;
import io.hyaline.runtime.net.Fabric;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.net.PodNet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Two nodes, pods, a load balancer and external machines with both families, without any cluster: whoever uses it writes the rules. */
public final class Wires implements AutoCloseable {

    public static final AddressPlan PLAN = AddressPlan.DEFAULT_DUAL;

    public final NetNs host = NetNs.create("host");
    public final NamespaceThread thread = new NamespaceThread("wires");
    public final List<NodeNet> nodes = new ArrayList<>();
    public final BalancerNet balancer;

    private final Fabric fabric;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    public Wires() {
        fabric = Fabric.create(PLAN, host);
        nodes.add(fabric.addNode(1));
        nodes.add(fabric.addNode(2));
        balancer = fabric.addBalancer();
    }

    /** A pod on a node, which counts from 1. */
    public PodNet pod(int node, String name) {
        return nodes.get(node - 1).addPod(name);
    }

    /** Something that lives as long as the network. */
    public <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** A machine at one place of the outside network's ranges. */
    public NetNs client(int place) {
        return keep(OutsideMachine.join(thread, fabric.namespace(), PLAN, place));
    }

    public void ip(NetNs where, String words) {
        run(where, ("ip " + words).split(" "));
    }

    public String run(NetNs where, String... words) {
        return Command.of(words).check(thread, where);
    }

    /** Packets to {@code address} go to one node, as if a load balancer had chosen it. */
    public void steer(String address, int node) {
        balancer.own(address);
        balancer.rules("""
                table %1$s steer
                delete table %1$s steer
                table %1$s steer {
                    chain steer {
                        type filter hook prerouting priority mangle; policy accept;
                        iifname "outside" %1$s daddr %2$s meta mark set %3$d
                    }
                }
                """.formatted(Ip.of(address).orElseThrow().family(), address, 0x100 + node));
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new AssertionError("closing a test's network", e);
            }
        }
        fabric.close();
        host.close();
        thread.close();
    }
}
