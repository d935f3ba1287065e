package io.hyaline.runtime.services;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/** An address family, with its words in nftables and in the API. */
public enum Ip {
    V4("ip", "ipv4_addr", "IPv4", "127.0.0.0/8", 32),
    V6("ip6", "ipv6_addr", "IPv6", "::1", 128);

    private final String family;
    private final String type;
    private final String slices;
    private final String loopback;
    private final int bits;

    Ip(String family, String type, String slices, String loopback, int bits) {
        this.family = family;
        this.type = type;
        this.slices = slices;
        this.loopback = loopback;
        this.bits = bits;
    }

    /** The family's name in rules. */
    public String family() {
        return family;
    }

    /** The type of its addresses in sets. */
    public String type() {
        return type;
    }

    /** The addressType of its EndpointSlices. */
    String slices() {
        return slices;
    }

    String loopback() {
        return loopback;
    }

    int bits() {
        return bits;
    }

    /** The address in its usual form if it is one of this family; what is in the API may be anything. */
    public Optional<String> address(String text) {
        return parse(text).map(InetAddress::getHostAddress);
    }

    Optional<InetAddress> parse(String text) {
        if (text.indexOf('%') >= 0) {
            return Optional.empty();
        }
        try {
            InetAddress found = InetAddress.ofLiteral(text);
            return found instanceof Inet4Address == (this == V4) ? Optional.of(found) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Address and port as the target of a rewriting. */
    String target(String address, int port) {
        return this == V4 ? address + ":" + port : "[" + address + "]:" + port;
    }
}
