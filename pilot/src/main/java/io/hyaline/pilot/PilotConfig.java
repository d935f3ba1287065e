package io.hyaline.pilot;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What the pilot is started with; everything else it reads from the cluster.
 *
 * @param bindAddress where all ports are opened
 * @param trustDomain for a new installation; afterwards the ConfigMap {@code istio} says it
 */
public record PilotConfig(
        Path kubeconfig,
        String bindAddress,
        Ports ports,
        String trustDomain,
        String clusterDomain,
        String version,
        InstantSource clock) {

    /** TCP ports; 0 lets the system choose. */
    public record Ports(int tls, int plaintext, int debug) {
        public static final Ports STANDARD = new Ports(15012, 15010, 15014);
    }

    public static PilotConfig standard(Path kubeconfig, String bindAddress) {
        return new PilotConfig(
                kubeconfig,
                bindAddress,
                Ports.STANDARD,
                "cluster.local",
                "cluster.local",
                "0.1.0",
                InstantSource.system());
    }
}
