package io.hyaline.runtime.net;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Hands out a node's pod addresses, one of each range with the same place in it, each as late after its last use as possible. */
final class AddressPool {

    private static final int FIRST = 2;
    /** Far more than a node has pods. */
    private static final int MOST = 65_536;

    private final List<Cidr> ranges;
    private final int last;
    private final Set<List<String>> taken = new HashSet<>();
    private int next = FIRST;

    AddressPool(List<Cidr> ranges) {
        this.ranges = List.copyOf(ranges);
        this.last = Math.min(MOST, ranges.stream().mapToInt(Cidr::size).min().orElse(0)) - 2;
    }

    synchronized List<String> take() {
        for (int tries = FIRST; tries <= last; tries++) {
            int place = next;
            List<String> addresses = ranges.stream().map(r -> r.address(place)).toList();
            next = next == last ? FIRST : next + 1;
            if (taken.add(addresses)) {
                return addresses;
            }
        }
        throw new IllegalStateException("all " + taken.size() + " pod addresses of "
                + ranges.stream().map(Cidr::toString).collect(Collectors.joining(" and "))
                + " are in use; delete pods or add a node with --nodes");
    }

    synchronized void release(List<String> addresses) {
        taken.remove(addresses);
    }
}
