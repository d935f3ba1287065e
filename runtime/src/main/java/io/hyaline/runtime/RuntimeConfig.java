package io.hyaline.runtime;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.sidecar.Sidecars;
import java.nio.file.Path;

/**
 * What a cluster on one machine is made of.
 *
 * @param kubeconfig how to reach the API server
 * @param home holds images and images.yaml; containers do not see the rest of it
 * @param state where pods keep layers, volumes and logs, short enough for unix sockets in it
 * @param nodes how many
 * @param host the namespace that the outside network's host link goes to; closed by whoever opened it
 * @param egress whether pods reach the world
 * @param sidecars who carries the traffic of pods
 * @param controllers whether the controllers run here too
 */
public record RuntimeConfig(
        Path kubeconfig,
        Path home,
        Path state,
        int nodes,
        AddressPlan addresses,
        NetNs host,
        boolean egress,
        Sidecars sidecars,
        boolean controllers) {

    public RuntimeConfig {
        if (nodes < 1 || nodes > 100) {
            throw new IllegalArgumentException("--nodes " + nodes + ": choose a number between 1 and 100");
        }
    }

    /** Two nodes with the usual addresses and controllers, no way out. */
    public static RuntimeConfig of(Path kubeconfig, Path home, NetNs host) {
        return new RuntimeConfig(
                kubeconfig,
                home,
                home.resolve("state"),
                2,
                AddressPlan.DEFAULT,
                host,
                false,
                new Sidecars.None(),
                true);
    }

    public RuntimeConfig withAddresses(AddressPlan other) {
        return new RuntimeConfig(kubeconfig, home, state, nodes, other, host, egress, sidecars, controllers);
    }

    public RuntimeConfig withSidecars(Sidecars other) {
        return new RuntimeConfig(kubeconfig, home, state, nodes, addresses, host, egress, other, controllers);
    }
}
