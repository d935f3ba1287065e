package io.hyaline.model;

import java.util.Collection;

/** The kinds of addresses that a proxy has, and so those that it can reach and listen at. */
public enum Families {
    IPV4,
    IPV6,
    /** IPv4 first. */
    BOTH,
    /** IPv6 first. */
    BOTH_IPV6_FIRST;

    /** Whoever has not said anything has IPv4. */
    static Families of(Collection<String> addresses) {
        boolean six = addresses.stream().anyMatch(Families::isIpv6);
        boolean four = addresses.isEmpty() || addresses.stream().anyMatch(a -> !isIpv6(a));
        if (six && four) {
            return isIpv6(addresses.iterator().next()) ? BOTH_IPV6_FIRST : BOTH;
        }
        return six ? IPV6 : IPV4;
    }

    public boolean both() {
        return this == BOTH || this == BOTH_IPV6_FIRST;
    }

    /** Whether the primary address is one of IPv6. */
    public boolean ipv6First() {
        return this == IPV6 || this == BOTH_IPV6_FIRST;
    }

    public boolean has(String address) {
        return both() || isIpv6(address) == (this == IPV6);
    }

    public static boolean isIpv6(String address) {
        return address.contains(":");
    }
}
