package io.hyaline.runtime.services;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;

/** A machine on the outside network, with an address of each family, whose way to everything else is the router. */
public final class OutsideMachine {

    private OutsideMachine() {}

    /**
     * Makes one; whoever asks for it closes it.
     *
     * @param network the namespace of the outside network's bridge
     * @param place of its addresses in the ranges
     */
    public static NetNs join(NamespaceThread thread, NetNs network, AddressPlan plan, int place) {
        NetNs machine = NetNs.create("client-" + place);
        String link = "c" + place;
        ip(thread, network, """
                link add %1$s type veth peer name eth0 netns %2$s
                link set %1$s master outside up
                """.formatted(link, machine.path()));
        StringBuilder lines = new StringBuilder("link set lo up\nlink set eth0 up\n");
        for (FamilyPlan family : plan.families()) {
            String ready = family.family() == Ip.V4 ? "" : " nodad";
            lines.append("addr add %s dev eth0%s%n".formatted(family.outside().addressWithPrefix(place), ready));
            lines.append("route add default via %s%n".formatted(family.routerOutside()));
        }
        ip(thread, machine, lines.toString());
        return machine;
    }

    private static void ip(NamespaceThread thread, NetNs where, String lines) {
        Command.of("ip", "-batch", "-").withInput(lines).check(thread, where);
    }
}
