package io.hyaline.apiserver.address;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of ClusterIPs.
 *
 * @param all one of each family at most; the first one's family is the cluster's primary
 */
public record ServiceRanges(List<Range> all) {
    private static final BigInteger FEWEST = BigInteger.valueOf(8);
    private static final String ADVICE =
            "give one range such as 10.96.0.0/16, or two, one of each family and the primary"
                    + " one first, such as 10.96.0.0/16,fd00:10:96::/112";

    public ServiceRanges {
        all = List.copyOf(all);
    }

    /** Throws IllegalArgumentException that names what is wrong and the way out. */
    public static ServiceRanges of(List<String> texts) {
        String given = "the service range '" + String.join(",", texts) + "'";
        if (texts.isEmpty() || texts.size() > 2) {
            throw new IllegalArgumentException(given + " has " + texts.size() + " parts: " + ADVICE);
        }
        List<Range> ranges = new ArrayList<>();
        for (String text : texts) {
            Range range = Range.parse(text.strip());
            if (range == null) {
                throw new IllegalArgumentException(given + ": '" + text + "' is no range: " + ADVICE);
            }
            if (range.size().compareTo(FEWEST) < 0) {
                throw new IllegalArgumentException(
                        given + ": " + range + " has fewer than " + FEWEST + " addresses: take a shorter prefix");
            }
            ranges.add(range);
        }
        if (ranges.size() == 2 && ranges.getFirst().family() == ranges.getLast().family()) {
            throw new IllegalArgumentException(
                    given + " has two " + ranges.getFirst().family() + " ranges: " + ADVICE);
        }
        return new ServiceRanges(ranges);
    }

    public Range primary() {
        return all.getFirst();
    }

    /** The primary one first. */
    public List<Family> families() {
        return all.stream().map(Range::family).toList();
    }

    public @Nullable Range of(Family family) {
        return all.stream()
                .filter(range -> range.family() == family)
                .findFirst()
                .orElse(null);
    }

    @Override
    public String toString() {
        return all.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}
