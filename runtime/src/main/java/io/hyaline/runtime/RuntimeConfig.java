package io.hyaline.runtime;

import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import java.nio.file.Path;
import java.util.List;

/**
 * What a cluster on one machine is made of.
 *
 * @param kubeconfig how to reach the API server
 * @param home holds images and images.yaml; containers do not see the rest of it
 * @param state where pods keep layers, volumes and logs, short enough for unix sockets in it
 * @param nodes how many
 * @param host the namespace that the outside network's host link goes to; closed by whoever opened it
 * @param egress whether pods reach the world
 * @param proxyCommand program and arguments of the proxy that the sidecars of a node share; empty for none
 * @param sidecars how sidecars are run
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
        List<String> proxyCommand,
        Sidecars sidecars,
        boolean controllers) {

    public RuntimeConfig {
        proxyCommand = List.copyOf(proxyCommand);
        if (nodes < 1 || nodes > 100) {
            throw new IllegalArgumentException("--nodes " + nodes + ": choose a number between 1 and 100");
        }
        if (sidecars != Sidecars.SHARED) {
            throw new IllegalArgumentException(
                    "--sidecars " + sidecars + " is not there yet; leave it out, which means shared");
        }
    }

    /** How sidecars are run. */
    public enum Sidecars {
        SHARED,
        DEDICATED,
        ENVOY
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
                List.of(),
                Sidecars.SHARED,
                true);
    }

    public RuntimeConfig withProxyCommand(List<String> command) {
        return new RuntimeConfig(
                kubeconfig, home, state, nodes, addresses, host, egress, command, sidecars, controllers);
    }
}
