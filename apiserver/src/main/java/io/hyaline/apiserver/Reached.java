package io.hyaline.apiserver;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.ServiceRanges;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The addresses under which a server is reached. */
final class Reached {
    private static final Ip LOOPBACK = Objects.requireNonNull(Ip.parse("127.0.0.1"));
    private static final Ip LOOPBACK_6 = Objects.requireNonNull(Ip.parse("::1"));

    private Reached() {}

    /** All of them, for its certificate. */
    static Set<Ip> all(List<Ip> listening, Ip advertised, ServiceRanges ranges) {
        Set<Ip> all = new LinkedHashSet<>(List.of(LOOPBACK, LOOPBACK_6, advertised));
        all.addAll(listening);
        if (all.removeIf(Ip::isUnspecified)) {
            all.addAll(machine());
        }
        ranges.all().forEach(range -> all.add(range.at(1)));
        return all;
    }

    /** Those that need a socket of their own: one that listens everywhere takes the connections to the others. */
    static List<Ip> sockets(List<Ip> listening) {
        boolean six =
                listening.stream().anyMatch(address -> address.isUnspecified() && address.family() == Family.IPV6);
        boolean four =
                listening.stream().anyMatch(address -> address.isUnspecified() && address.family() == Family.IPV4);
        return listening.stream()
                .filter(address -> switch (address.family()) {
                    case IPV6 -> !six || address.isUnspecified();
                    case IPV4 -> !six && (!four || address.isUnspecified());
                })
                .distinct()
                .toList();
    }

    /** The one for others: where the server is to listen everywhere, an address of this machine that others can reach. */
    static Ip advertised(Ip wanted) {
        if (!wanted.isUnspecified()) {
            return wanted;
        }
        return machine().stream()
                .filter(address -> address.family() == wanted.family())
                .filter(address ->
                        !address.inet().isLoopbackAddress() && !address.inet().isLinkLocalAddress())
                .findFirst()
                .orElse(wanted.family() == Family.IPV4 ? LOOPBACK : LOOPBACK_6);
    }

    private static List<Ip> machine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(Ip::of)
                    .toList();
        } catch (SocketException e) {
            throw new IllegalStateException("cannot list the addresses of this machine: name those to listen on", e);
        }
    }

    /** The one for the administrator, who is on this machine: loopback where the server listens there. */
    static Ip here(List<Ip> listening) {
        for (Ip loopback : List.of(LOOPBACK, LOOPBACK_6)) {
            if (listening.stream()
                    .anyMatch(address -> address.equals(loopback)
                            || (address.isUnspecified() && address.family() == loopback.family()))) {
                return loopback;
            }
        }
        return listening.getFirst();
    }
}
