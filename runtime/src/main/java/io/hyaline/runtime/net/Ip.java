package io.hyaline.runtime.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.StringJoiner;

/** An address family, with its words in {@code ip}, in nftables and in the API. */
public enum Ip {
    V4("-4", "ip", "ipv4_addr", "IPv4", "127.0.0.0/8", 32),
    V6("-6", "ip6", "ipv6_addr", "IPv6", "::1", 128);

    private final String option;
    private final String family;
    private final String type;
    private final String api;
    private final String loopback;
    private final int bits;

    Ip(String option, String family, String type, String api, String loopback, int bits) {
        this.option = option;
        this.family = family;
        this.type = type;
        this.api = api;
        this.loopback = loopback;
        this.bits = bits;
    }

    /** What tells {@code ip} that it is about this family. */
    String option() {
        return option;
    }

    /** The family's name in rules. */
    public String family() {
        return family;
    }

    /** The type of its addresses in sets. */
    public String type() {
        return type;
    }

    /** What the API calls it, {@code IPv4}: in a Service's ipFamilies, and as the addressType of EndpointSlices. */
    public String api() {
        return api;
    }

    /** What a node's own processes reach themselves by. */
    public String loopback() {
        return loopback;
    }

    /** Length of an address. */
    public int bits() {
        return bits;
    }

    /** For sockets. */
    public ProtocolFamily protocol() {
        return this == V4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /** The family of an address that is known to be one. */
    public static Ip of(InetAddress address) {
        return address instanceof Inet4Address ? V4 : V6;
    }

    /** The family of a literal address; empty for what is none. */
    public static Optional<Ip> of(String address) {
        return V4.parse(address).isPresent()
                ? Optional.of(V4)
                : V6.parse(address).map(_ -> V6);
    }

    /** The address in its usual form if it is one of this family; what is in the API may be anything. */
    public Optional<String> address(String text) {
        return parse(text).map(found -> text(found.getAddress()));
    }

    /** The address if it is one of this family. */
    public Optional<InetAddress> parse(String text) {
        boolean colons = text.indexOf(':') >= 0;
        boolean whole = colons || text.chars().filter(c -> c == '.').count() == 3;
        if (colons != (this == V6) || !whole || text.indexOf('%') >= 0) {
            return Optional.empty();
        }
        try {
            InetAddress found = InetAddress.ofLiteral(text);
            return of(found) == this ? Optional.of(found) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Address and port as the target of a rewriting and in URLs: IPv6 in brackets. */
    public static String target(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    /** The address with the prefix of a single one. */
    public static String single(String address) {
        return address + (address.indexOf(':') < 0 ? "/32" : "/128");
    }

    /** An address of 4 or 16 bytes; those of IPv6 as RFC 5952 wants them, which {@code getHostAddress} does not give. */
    static String text(byte[] address) {
        return address.length == 4 ? literal(address).getHostAddress() : shortened(address);
    }

    private static InetAddress literal(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }

    private static String shortened(byte[] address) {
        int[] groups = new int[address.length / 2];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = ((address[2 * i] & 255) << 8) | (address[2 * i + 1] & 255);
        }
        int from = 0;
        int to = 0;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end] == 0) {
                end++;
            }
            if (end - i > Math.max(1, to - from)) {
                from = i;
                to = end;
            }
        }
        return to == 0
                ? joined(groups, 0, groups.length)
                : joined(groups, 0, from) + "::" + joined(groups, to, groups.length);
    }

    private static String joined(int[] groups, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
