package io.hyaline.runtime.net;

import java.util.HashSet;
import java.util.Set;

/** Hands out a node's pod addresses, each as late after its last use as possible. */
final class AddressPool {

    private static final int FIRST = 2;

    private final Cidr range;
    private final int last;
    private final Set<String> taken = new HashSet<>();
    private int next = FIRST;

    AddressPool(Cidr range) {
        this.range = range;
        this.last = (1 << (32 - range.prefixBits())) - 2;
    }

    synchronized String take() {
        for (int tries = FIRST; tries <= last; tries++) {
            String address = range.address(next);
            next = next == last ? FIRST : next + 1;
            if (taken.add(address)) {
                return address;
            }
        }
        throw new IllegalStateException("all " + taken.size() + " pod addresses of " + range
                + " are in use; delete pods or add a node with --nodes");
    }

    synchronized void release(String address) {
        taken.remove(address);
    }
}
