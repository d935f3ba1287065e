package io.hyaline.proxy.match;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** An address range. */
public record Cidr(InetAddress network, int bits) {

    /** The ranges that Envoy takes for internal when internal_address_config names none. */
    public static final List<Cidr> PRIVATE = List.of(
            parse("10.0.0.0/8"),
            parse("172.16.0.0/12"),
            parse("192.168.0.0/16"),
            parse("127.0.0.1/32"),
            parse("fd00::/8"),
            parse("::1/128"));

    public Cidr {
        int width = network.getAddress().length * 8;
        if (bits < 0 || bits > width) {
            throw new IllegalArgumentException("prefix length " + bits + " does not fit " + network.getHostAddress());
        }
    }

    /** Reads {@code address/bits}; no name is ever resolved. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        int width = address.getAddress().length * 8;
        return new Cidr(address, slash < 0 ? width : Integer.parseInt(text.substring(slash + 1)));
    }

    /** A literal address; refuses anything that would need a look-up. */
    public static InetAddress address(String literal) {
        byte[] bytes = io.netty.util.NetUtil.createByteArrayFromIpAddressString(literal);
        if (bytes == null) {
            throw new IllegalArgumentException("'" + literal + "' is not an IP address");
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + literal + "' is not an IP address", e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    public static boolean anyContains(List<Cidr> ranges, InetAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
