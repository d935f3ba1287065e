package io.hyaline.runtime.services;

import io.hyaline.runtime.net.Cidr;
import io.hyaline.runtime.net.Ip;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Ranges of client addresses, of which none covers another: the kernel refuses sets that overlap. */
final class SourceRanges {

    private SourceRanges() {}

    /** Those of one family, in order; what is no range is left out. */
    static List<String> of(Ip family, Collection<String> texts) {
        List<Cidr> ranges = texts.stream()
                .flatMap(t -> parse(t).stream())
                .filter(r -> r.family() == family)
                .sorted(Comparator.comparing(Cidr::network).thenComparingInt(Cidr::prefixBits))
                .toList();
        List<String> kept = new ArrayList<>();
        BigInteger covered = BigInteger.valueOf(-1);
        for (Cidr range : ranges) {
            BigInteger last = range.network()
                    .add(BigInteger.ONE.shiftLeft(family.bits() - range.prefixBits()))
                    .subtract(BigInteger.ONE);
            if (last.compareTo(covered) > 0) {
                kept.add(range.toString());
                covered = last;
            }
        }
        return kept;
    }

    /** Whether it is a range, of whatever family. */
    static boolean wellFormed(String text) {
        return parse(text).isPresent();
    }

    private static Optional<Cidr> parse(String text) {
        try {
            return Optional.of(Cidr.parse(text.strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
