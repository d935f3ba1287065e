package io.hyaline.capture.plan;

import java.util.List;

/**
 * Which connections out of the pod go to the proxy.
 *
 * @param allRanges every destination, then {@code ranges} is empty
 * @param includedPorts captured although the destination's range is not
 * @param loopback the addresses of the pod itself that are never captured
 */
public record OutboundCapture(
        boolean allRanges,
        List<Cidr> ranges,
        List<Cidr> excludedRanges,
        List<Integer> includedPorts,
        List<Integer> excludedPorts,
        OwnerGroups groups,
        Cidr loopback) {

    static final Cidr LOOPBACK = Cidr.parse("", "127.0.0.1/32");
    public static final OutboundCapture EVERYTHING =
            new OutboundCapture(true, List.of(), List.of(), List.of(), List.of(), OwnerGroups.ALL, LOOPBACK);

    public OutboundCapture {
        ranges = List.copyOf(ranges);
        excludedRanges = List.copyOf(excludedRanges);
        includedPorts = List.copyOf(includedPorts);
        excludedPorts = List.copyOf(excludedPorts);
    }

    /** True when someone asked for calls to the pod's own loopback range to be captured. */
    public boolean capturesLoopback() {
        return ranges.stream().anyMatch(Cidr::loopback);
    }

    /** Capture by the group of the calling process; an empty {@code included} means every group. */
    public record OwnerGroups(List<Integer> included, List<Integer> excluded) {

        static final OwnerGroups ALL = new OwnerGroups(List.of(), List.of());

        public OwnerGroups {
            included = List.copyOf(included);
            excluded = List.copyOf(excluded);
        }
    }
}
