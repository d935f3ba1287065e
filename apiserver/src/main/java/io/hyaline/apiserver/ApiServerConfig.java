package io.hyaline.apiserver;

import io.hyaline.apiserver.http.HttpLimits;
import io.hyaline.apiserver.http.PodStreams;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * What a server needs to know.
 *
 * @param dataDirectory where objects, the certificate authority and the token key are kept
 * @param listenAddresses IP addresses to listen on
 * @param port the same port on all addresses; 0 for one that the kernel chooses
 * @param advertisedAddress address under which pods and other machines reach the server
 * @param serviceCidr range of ClusterIPs; its first address is that of the Service default/kubernetes
 * @param kubeconfig file that is written for the administrator
 * @param podStreams answers logs and exec
 */
public record ApiServerConfig(
        Path dataDirectory,
        List<String> listenAddresses,
        int port,
        String advertisedAddress,
        String serviceCidr,
        Path kubeconfig,
        PodStreams podStreams,
        HttpLimits limits,
        InstantSource clock) {

    public ApiServerConfig {
        listenAddresses = List.copyOf(listenAddresses);
    }

    /** A server on loopback with a port that the kernel chooses, everything in one directory, without nodes. */
    public static ApiServerConfig local(Path directory) {
        return new ApiServerConfig(
                directory,
                List.of("127.0.0.1"),
                0,
                "127.0.0.1",
                "10.96.0.0/16",
                directory.resolve("kubeconfig"),
                PodStreams.none(),
                HttpLimits.DEFAULT,
                InstantSource.system());
    }

    public ApiServerConfig withPodStreams(PodStreams streams) {
        return new ApiServerConfig(
                dataDirectory,
                listenAddresses,
                port,
                advertisedAddress,
                serviceCidr,
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
                serviceCidr,
                kubeconfig,
                podStreams,
                limits,
                clock);
    }
}
