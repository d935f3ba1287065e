package io.hyaline.runtime.net;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;

/** Runs {@code ip -batch}, as few times as can be. */
final class IpBatch {

    private IpBatch() {}

    static void run(NamespaceThread thread, NetNs where, String lines) {
        Command.of("ip", "-batch", "-").withInput(lines).check(thread, where);
    }

    /** Runs {@code lines}, and for each family {@code rules}, which do not say of which they are: IPv4's are what is meant then. */
    static void run(NamespaceThread thread, NetNs where, AddressPlan plan, String lines, String rules) {
        run(thread, where, plan.of(Ip.V4).isPresent() ? lines + rules : lines);
        if (plan.of(Ip.V6).isPresent()) {
            Command.of("ip", Ip.V6.option(), "-batch", "-").withInput(rules).check(thread, where);
        }
    }
}
