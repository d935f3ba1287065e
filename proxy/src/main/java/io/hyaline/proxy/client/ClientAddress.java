package io.hyaline.proxy.client;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * What is known of who is calling. Resolved once per connection, and again per request when a header may say more; access
 * log, header rules and the upstream's source address read this one record.
 *
 * @param port 0 when the address comes from a header
 */
public record ClientAddress(InetAddress address, int port, Origin origin, Voucher voucher) {

    /** Where the address was found. */
    public enum Origin {
        SOCKET,
        PROXY_PROTOCOL,
        X_FORWARDED_FOR
    }

    /** Who vouches for it. */
    public enum Voucher {
        /** The kernel: it is the TCP peer. */
        KERNEL,
        /** The peer that wrote the PROXY header, whoever that is. */
        PEER,
        /** The configured number of trusted proxies in front. */
        TRUSTED_HOPS,
        /** Nobody. */
        NOBODY
    }

    public static ClientAddress socket(java.net.InetSocketAddress peer) {
        return new ClientAddress(peer.getAddress(), peer.getPort(), Origin.SOCKET, Voucher.KERNEL);
    }

    /** {@code address:port}, IPv6 in brackets. */
    public String text() {
        return text(address, port);
    }

    public String addressText() {
        return text(address);
    }

    public static String text(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    public static String text(InetAddress address, int port) {
        String host = NetUtil.toAddressString(address);
        return address instanceof java.net.Inet6Address ? "[" + host + "]:" + port : host + ":" + port;
    }
}
