package io.hyaline.runtime.net;

import java.util.ArrayList;
import java.util.List;

/** Reads which ranges a machine already routes. */
final class HostRanges {

    private HostRanges() {}

    /** Parses {@code ip route show table all}, of whichever family; the default route is no range. */
    static List<Cidr> parse(String routes) {
        List<Cidr> ranges = new ArrayList<>();
        for (String line : routes.split("\n")) {
            for (String word : line.strip().split(" +")) {
                if (Ip.of(word.split("/", 2)[0]).isPresent()) {
                    ranges.add(Cidr.parse(word.contains("/") ? word : Ip.single(word)));
                    break;
                }
                if (word.equals("default")) {
                    break;
                }
            }
        }
        return ranges;
    }
}
