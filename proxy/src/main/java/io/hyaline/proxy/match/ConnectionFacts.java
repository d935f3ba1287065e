package io.hyaline.proxy.match;

import java.net.InetAddress;
import java.util.List;

/**
 * What a filter chain is chosen by.
 *
 * @param destination the restored destination's address
 * @param serverName the SNI in lower case, empty when there was none
 * @param transportProtocol {@code tls} or {@code raw_buffer}
 * @param applicationProtocols the client's ALPN list, or what the HTTP inspector saw
 * @param source the client's address, from the PROXY protocol when that was used
 * @param directSource the TCP peer
 */
public record ConnectionFacts(
        InetAddress destination,
        int destinationPort,
        String serverName,
        String transportProtocol,
        List<String> applicationProtocols,
        InetAddress source,
        int sourcePort,
        InetAddress directSource) {

    boolean sameIpOrLoopback() {
        return source.isLoopbackAddress() || source.equals(destination);
    }
}
