package io.hyaline.apiserver;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.ServiceRanges;
import io.hyaline.apiserver.http.HttpLimits;
import io.hyaline.apiserver.http.PodStreams;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * What a server needs to know. The constructor throws IllegalArgumentException with a message for people.
 *
 * @param dataDirectory where objects, the certificate authority and the token key are kept
 * @param listenAddresses IP addresses to listen on
 * @param port the same port on all addresses; 0 for one that the kernel chooses
 * @param advertisedAddress IP address under which pods and other machines reach the server, of the primary family
 * @param serviceRanges one or two CIDRs of ClusterIPs, one of each family; the first one's family is the cluster's primary,
 *     and its first address is that of the Service default/kubernetes
 * @param kubeconfig file that is written for the administrator
 * @param podStreams answers logs and exec
 */
public record ApiServerConfig(
        Path dataDirectory,
        List<String> listenAddresses,
        int port,
        String advertisedAddress,
        List<String> serviceRanges,
        Path kubeconfig,
        PodStreams podStreams,
        HttpLimits limits,
        InstantSource clock) {

    public ApiServerConfig {
        listenAddresses = List.copyOf(listenAddresses);
        serviceRanges = List.copyOf(serviceRanges);
        listenAddresses.forEach(address -> Ip.setting("the address to listen on", address));
        Family advertised =
                Ip.setting("the advertised address", advertisedAddress).family();
        ServiceRanges ranges = ServiceRanges.of(serviceRanges);
        // The Service default/kubernetes has the one address and leads to the other.
        if (ranges.primary().family() != advertised) {
            throw new IllegalArgumentException("service IP family \"" + ranges.primary()
                    + "\" must match public address family \"" + advertisedAddress + "\": put the " + advertised
                    + " range first, or advertise and listen first on an address of "
                    + ranges.primary().family());
        }
    }

    /** A server on loopback with a port that the kernel chooses, everything in one directory, without nodes. */
    public static ApiServerConfig local(Path directory) {
        return new ApiServerConfig(
                directory,
                List.of("127.0.0.1"),
                0,
                "127.0.0.1",
                List.of("10.96.0.0/16"),
                directory.resolve("kubeconfig"),
                PodStreams.none(),
                HttpLimits.DEFAULT,
                InstantSource.system());
    }

    /** Listens on these addresses, advertises the first one, and has these ranges of ClusterIPs. */
    public ApiServerConfig withNetwork(List<String> addresses, List<String> ranges) {
        return new ApiServerConfig(
                dataDirectory, addresses, port, addresses.getFirst(), ranges, kubeconfig, podStreams, limits, clock);
    }

    public ApiServerConfig withPodStreams(PodStreams streams) {
        return new ApiServerConfig(
                dataDirectory,
                listenAddresses,
                port,
                advertisedAddress,
                serviceRanges,
                kubeconfig,
                streams,
                limits,
                clock);
    }

    public ApiServerConfig withPort(int newPort) {
        return new ApiServerConfig(
                dataDirectory,
                listenAddresses,
                newPort,
                advertisedAddress,
                serviceRanges,
                kubeconfig,
                podStreams,
                limits,
                clock);
    }

    ServiceRanges ranges() {
        return ServiceRanges.of(serviceRanges);
    }

    List<Ip> listening() {
        return listenAddresses.stream()
                .map(address -> Ip.setting("the address to listen on", address))
                .toList();
    }

    Ip advertised() {
        return Reached.advertised(Ip.setting("the advertised address", advertisedAddress));
    }
}
