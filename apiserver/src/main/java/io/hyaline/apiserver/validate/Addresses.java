package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.Range;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What addresses and ranges may look like; each check answers with a complaint or null. */
final class Addresses {
    private Addresses() {}

    static @Nullable String address(String text) {
        return Ip.parse(text) == null ? Ip.COMPLAINT : null;
    }

    static @Nullable String address(String text, Family family) {
        Ip address = Ip.parse(text);
        return address != null && address.family() == family ? null : "must be a valid " + family + " address";
    }

    /** An address that others may send to: not of this machine alone, nor of one link. */
    static @Nullable String reachable(String text) {
        Ip address = Ip.parse(text);
        if (address != null && address.inet().isLoopbackAddress()) {
            return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        }
        return special(text);
    }

    /** An address that stands for one machine, be it this one. */
    static @Nullable String special(String text) {
        Ip parsed = Ip.parse(text);
        if (parsed == null) {
            return Ip.COMPLAINT;
        }
        InetAddress address = parsed.inet();
        if (address.isAnyLocalAddress()) {
            return "may not be unspecified (0.0.0.0 or ::)";
        }
        if (address.isLinkLocalAddress()) {
            return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        }
        return address.isMCLinkLocal()
                ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
                : null;
    }

    static @Nullable String range(String text) {
        return Range.parse(text) == null ? "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)" : null;
    }
}
