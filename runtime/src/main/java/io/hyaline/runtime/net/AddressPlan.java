package io.hyaline.runtime.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who gets which address. The ranges are options of {@code up}; everything else follows from them.
 *
 * @param families one plan for each address family that the cluster has, the primary one first
 */
public record AddressPlan(List<FamilyPlan> families) {

    /** The options that say it, in the order of a {@link FamilyPlan}'s ranges. */
    static final List<String> OPTIONS = List.of("--outside-range", "--node-range", "--pod-range", "--service-range");

    /** The ranges of docs and demos. */
    public static final AddressPlan DEFAULT = parse("203.0.113.0/24", "10.0.0.0/24", "172.20.0.0/16", "10.96.0.0/16");

    /** Those of a cluster with IPv6 alone. */
    public static final AddressPlan DEFAULT_V6 =
            parse("2001:db8:113::/64", "fd00:10::/64", "fd00:172:20::/56", "fd00:10:96::/112");

    /** Both, IPv4 first. */
    public static final AddressPlan DEFAULT_DUAL = new AddressPlan(List.of(DEFAULT.primary(), DEFAULT_V6.primary()));

    public AddressPlan {
        families = List.copyOf(families);
        if (families.isEmpty()
                || families.stream().map(FamilyPlan::family).distinct().count() != families.size()) {
            throw new IllegalArgumentException("a cluster has IPv4, IPv6 or both, and not " + families);
        }
    }

    /** Reads the options: each has one range, or two with a comma between them, one of each family. */
    public static AddressPlan parse(String outside, String nodes, String pods, String services) {
        List<String> texts = List.of(outside, nodes, pods, services);
        List<List<Cidr>> ranges = IntStream.range(0, texts.size())
                .mapToObj(i -> ranges(OPTIONS.get(i), texts.get(i)))
                .toList();
        for (int i = 1; i < ranges.size(); i++) {
            if (!names(ranges.get(i)).equals(names(ranges.getFirst()))) {
                throw new IllegalArgumentException(OPTIONS.get(i) + " " + texts.get(i) + " has "
                        + names(ranges.get(i)) + ", " + OPTIONS.getFirst() + " " + outside + " has "
                        + names(ranges.getFirst())
                        + ": all four ranges need the same families, the first of them first;"
                        + " --ip-family ipv4, ipv6 or dual chooses those that are not given");
            }
        }
        return new AddressPlan(IntStream.range(0, ranges.getFirst().size())
                .mapToObj(i -> new FamilyPlan(
                        ranges.get(0).get(i),
                        ranges.get(1).get(i),
                        ranges.get(2).get(i),
                        ranges.get(3).get(i)))
                .toList());
    }

    private static List<Cidr> ranges(String option, String text) {
        try {
            List<Cidr> ranges =
                    Arrays.stream(text.split(",", -1)).map(Cidr::parse).toList();
            boolean oneOfEach = ranges.size() == 2
                    && ranges.get(0).family() != ranges.get(1).family();
            if (ranges.size() != 1 && !oneOfEach) {
                throw new IllegalArgumentException("'" + text
                        + "' is not one range, or two with a comma between them, one of IPv4 and one of IPv6");
            }
            return ranges;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static String names(List<Cidr> ranges) {
        return ranges.stream().map(r -> r.family().api()).collect(Collectors.joining(" and "));
    }

    /** The plan of the family that has everything's first address. */
    public FamilyPlan primary() {
        return families.getFirst();
    }

    /** The plan of one family, if the cluster has it. */
    public Optional<FamilyPlan> of(Ip family) {
        return families.stream().filter(f -> f.family() == family).findFirst();
    }

    /** One value for each family, the primary one's first. */
    public <T> List<T> each(Function<FamilyPlan, T> value) {
        return families.stream().map(value).toList();
    }

    /** One of the ranges as its option has it. */
    public String option(Function<FamilyPlan, Cidr> range) {
        return each(range).stream().map(Cidr::toString).collect(Collectors.joining(","));
    }

    /** Addresses of external machines: those of a machine have the same place in each family's range. */
    public List<List<String>> clients() {
        int most = families.stream()
                .mapToInt(f -> f.clients().max().orElse(0))
                .min()
                .orElse(0);
        return primary()
                .clients()
                .filter(place -> place <= most)
                .mapToObj(place -> each(f -> f.outside().address(place)))
                .toList();
    }

    /** One sentence for each range of the host that the outside network would cover; empty when it may be used. */
    public List<String> conflicts(List<Cidr> hostRanges) {
        List<String> found = new ArrayList<>();
        for (FamilyPlan family : families) {
            for (Cidr range : hostRanges) {
                if (range.prefixBits() > 0 && range.overlaps(family.outside())) {
                    found.add("the host already uses " + range + ", which overlaps --outside-range " + family.outside()
                            + "; choose another range with --outside-range");
                }
            }
        }
        return found;
    }
}
