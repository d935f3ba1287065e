package io.hyaline.proxy.subscribe;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a gRPC server is and how to know it. */
public record Target(Endpoint endpoint, @Nullable Tls tls) {

    /** An address to connect to. */
    public sealed interface Endpoint {

        /** @param host a literal address or a name */
        record Tcp(String host, int port) implements Endpoint {

            @Override
            public String toString() {
                return host + ":" + port;
            }
        }

        record Pipe(String path) implements Endpoint {

            @Override
            public String toString() {
                return "unix:" + path;
            }
        }
    }

    /**
     * @param roots PEM of the anchors
     * @param serverName the SNI, and the name that the certificate must carry
     * @param identity the client's own certificate
     */
    public record Tls(
            DataSource roots, String serverName, @Nullable TlsCertificate identity) {}

    /** {@code host:port} with roots in a file. */
    public static Target ofAddress(String hostPort, String serverName, String rootsFile) {
        int colon = hostPort.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected host:port, got '" + hostPort + "'");
        }
        return new Target(
                new Endpoint.Tcp(hostPort.substring(0, colon), Integer.parseInt(hostPort.substring(colon + 1))),
                new Tls(DataSource.newBuilder().setFilename(rootsFile).build(), serverName, null));
    }

    /** The first endpoint of a cluster of the bootstrap. */
    public static Target ofCluster(Cluster cluster) {
        for (LocalityLbEndpoints locality : cluster.getLoadAssignment().getEndpointsList()) {
            if (locality.getLbEndpointsCount() > 0) {
                Address address = locality.getLbEndpoints(0).getEndpoint().getAddress();
                return new Target(endpoint(cluster.getName(), address), tls(cluster));
            }
        }
        throw new IllegalArgumentException("cluster '" + cluster.getName() + "' has no endpoint to connect to");
    }

    private static Endpoint endpoint(String cluster, Address address) {
        if (address.hasPipe()) {
            return new Endpoint.Pipe(address.getPipe().getPath());
        }
        SocketAddress socket = address.getSocketAddress();
        if (socket.getAddress().isEmpty() || socket.getPortValue() == 0) {
            throw new IllegalArgumentException(
                    "cluster '" + cluster + "': its endpoint needs an address and a port_value, or a pipe");
        }
        return new Endpoint.Tcp(socket.getAddress(), socket.getPortValue());
    }

    private static @Nullable Tls tls(Cluster cluster) {
        if (!cluster.hasTransportSocket()) {
            return null;
        }
        Any config = cluster.getTransportSocket().getTypedConfig();
        if (!config.is(UpstreamTlsContext.class)) {
            return null;
        }
        UpstreamTlsContext context;
        try {
            context = config.unpack(UpstreamTlsContext.class);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("cluster '" + cluster.getName() + "': unreadable TLS context", e);
        }
        CommonTlsContext common = context.getCommonTlsContext();
        CertificateValidationContext validation = common.hasCombinedValidationContext()
                ? common.getCombinedValidationContext().getDefaultValidationContext()
                : common.getValidationContext();
        List<String> names = exactNames(validation);
        String serverName = context.getSni().isEmpty() && !names.isEmpty() ? names.getFirst() : context.getSni();
        return new Tls(
                validation.getTrustedCa(),
                serverName,
                common.getTlsCertificatesCount() > 0 ? common.getTlsCertificates(0) : null);
    }

    private static List<String> exactNames(CertificateValidationContext validation) {
        List<String> names = new ArrayList<>();
        validation.getMatchTypedSubjectAltNamesList().forEach(san -> addExact(san.getMatcher(), names));
        return names;
    }

    private static void addExact(StringMatcher matcher, List<String> names) {
        if (matcher.hasExact()) {
            names.add(matcher.getExact());
        }
    }
}
