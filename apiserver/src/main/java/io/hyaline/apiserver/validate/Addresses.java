package io.hyaline.apiserver.validate;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What addresses and ranges may look like; each check answers with a complaint or null. */
final class Addresses {
    private static final Pattern OCTETS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");

    private Addresses() {}

    static @Nullable String address(String text) {
        return bytes(text) == null ? "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)" : null;
    }

    /** An address that others may send to: not of this machine alone, nor of one link. */
    static @Nullable String reachable(String text) {
        InetAddress address = bytes(text);
        if (address == null) {
            return address(text);
        }
        if (address.isAnyLocalAddress()) {
            return "may not be unspecified (0.0.0.0 or ::)";
        }
        if (address.isLoopbackAddress()) {
            return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        }
        if (address.isLinkLocalAddress()) {
            return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        }
        return address.isMCLinkLocal()
                ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
                : null;
    }

    static @Nullable String range(String text) {
        int slash = text.indexOf('/');
        InetAddress address = slash < 0 ? null : bytes(text.substring(0, slash));
        String bits = text.substring(slash + 1);
        boolean good = address != null
                && BITS.matcher(bits).matches()
                && Integer.parseInt(bits) <= 8 * width(text.substring(0, slash), address);
        return good ? null : "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
    }

    /** In bytes. An IPv4 address in IPv6 notation, which Java gives back as an IPv4 address, is a long one. */
    private static int width(String text, InetAddress address) {
        return text.contains(":") ? 16 : address.getAddress().length;
    }

    /** Java takes more than Kubernetes does: 10.1 is no address, nor is one with a zone. */
    private static @Nullable InetAddress bytes(String text) {
        boolean four = OCTETS.matcher(text).matches();
        boolean six = text.contains(":") && !text.contains("%") && !text.contains("[");
        if (!four && !six) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
