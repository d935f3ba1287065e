package io.hyaline.runtime.net;

import java.util.ArrayList;
import java.util.List;

/** Reads which ranges a machine already routes. */
final class HostRanges {

    private HostRanges() {}

    /** Parses {@code ip -4 route show table all}; the default route is no range. */
    static List<Cidr> parse(String routes) {
        List<Cidr> ranges = new ArrayList<>();
        for (String line : routes.split("\n")) {
            for (String word : line.strip().split(" +")) {
                if (word.matches("[0-9.]+(/[0-9]+)?") && word.contains(".")) {
                    ranges.add(Cidr.parse(word.contains("/") ? word : word + "/32"));
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
