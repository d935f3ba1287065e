package io.hyaline.runtime.services;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Ranges of client addresses, of which none covers another: the kernel refuses sets that overlap. */
final class SourceRanges {

    private record Range(BigInteger first, int prefix, String text) {}

    private SourceRanges() {}

    /** Those of one family, in order; what is no range is left out. */
    static List<String> of(Ip family, Collection<String> texts) {
        List<Range> ranges = texts.stream()
                .flatMap(t -> parse(family, t.strip()).stream())
                .sorted(Comparator.comparing(Range::first).thenComparingInt(Range::prefix))
                .toList();
        List<String> kept = new ArrayList<>();
        BigInteger covered = BigInteger.valueOf(-1);
        for (Range range : ranges) {
            BigInteger last = range.first()
                    .add(BigInteger.ONE.shiftLeft(family.bits() - range.prefix()))
                    .subtract(BigInteger.ONE);
            if (last.compareTo(covered) > 0) {
                kept.add(range.text());
                covered = last;
            }
        }
        return kept;
    }

    /** Whether every one is a range, of whatever family. */
    static boolean wellFormed(String text) {
        return parse(Ip.V4, text.strip()).isPresent()
                || parse(Ip.V6, text.strip()).isPresent();
    }

    private static Optional<Range> parse(Ip family, String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = slash < 0 ? Optional.empty() : family.parse(text.substring(0, slash));
        if (address.isEmpty() || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        if (prefix > family.bits()) {
            return Optional.empty();
        }
        BigInteger bits = new BigInteger(1, address.get().getAddress());
        int host = family.bits() - prefix;
        BigInteger first = bits.shiftRight(host).shiftLeft(host);
        return Optional.of(new Range(first, prefix, address.get().getHostAddress() + "/" + prefix));
    }
}
