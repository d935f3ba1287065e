package io.hyaline.model.gateway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server of a Gateway.
 *
 * @param port of the gateway's Service; where the gateway listens is that port's target port
 * @param bind the address to listen at, or empty for all
 * @param tls null when TLS plays no part
 */
public record Server(
        int port,
        String portName,
        ServerProtocol protocol,
        String bind,
        List<HostPattern> hosts,
        @Nullable ServerTls tls) {
    public Server {
        hosts = List.copyOf(hosts);
    }

    /** HTTP without TLS. */
    public boolean isPlainHttp() {
        return protocol == ServerProtocol.HTTP;
    }

    /** Requests are seen. */
    public boolean isHttp() {
        return isPlainHttp() || (protocol == ServerProtocol.HTTPS && endsTls());
    }

    public boolean endsTls() {
        return tls != null && speaksTls() && tls.mode().endsTls();
    }

    /** A connection begins with a ClientHello. */
    public boolean speaksTls() {
        return protocol == ServerProtocol.HTTPS || protocol == ServerProtocol.TLS;
    }

    public boolean redirectsToHttps() {
        return tls != null && tls.httpsRedirect();
    }

    /** The hosts that VirtualServices of a namespace may serve. */
    public List<String> hostsFor(String virtualServiceNamespace) {
        return hosts.stream()
                .filter(h -> h.admits(virtualServiceNamespace))
                .map(HostPattern::host)
                .toList();
    }

    public List<String> hostNames() {
        return hosts.stream().map(HostPattern::host).distinct().toList();
    }
}
