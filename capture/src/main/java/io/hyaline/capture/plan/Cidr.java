package io.hyaline.capture.plan;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** An address range, written as nftables reads it. */
public record Cidr(String text, boolean ipv6, boolean loopback) {

    static Cidr parse(String option, String value) {
        int slash = value.indexOf('/');
        String host = slash < 0 ? value : value.substring(0, slash);
        InetAddress address = literal(option, value, host);
        boolean ipv6 = address instanceof Inet6Address;
        int full = ipv6 ? 128 : 32;
        int prefix = slash < 0 ? full : prefix(option, value, value.substring(slash + 1), full);
        return new Cidr(masked(address, prefix) + "/" + prefix, ipv6, address.isLoopbackAddress());
    }

    private static InetAddress literal(String option, String value, String host) {
        try {
            return host.indexOf(':') >= 0 ? Inet6Address.ofLiteral(host) : Inet4Address.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            throw new PlanException(option, value, "is not an address range such as 10.0.0.0/8 or fd00::/8");
        }
    }

    private static int prefix(String option, String value, String digits, int full) {
        int prefix = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > full) {
            throw new PlanException(option, value, "has a prefix length outside 0 to " + full);
        }
        return prefix;
    }

    /** Host bits are cleared, so that two spellings of one range give one text. */
    private static String masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
