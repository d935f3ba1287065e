package io.hyaline.proxy.hash;

import java.util.List;

/** Which member a hash belongs to. Few hashes change their member when members come or go. */
public sealed interface HashTable permits HashRing, Maglev {

    /** The function that a ring places its members with. */
    enum Function {
        XX_HASH,
        MURMUR_HASH_2;

        long of(String text) {
            return switch (this) {
                case XX_HASH -> XxHash.of(text);
                case MURMUR_HASH_2 -> MurmurHash.of(text);
            };
        }
    }

    /** How a table is made. */
    sealed interface Kind {

        record Ring(int minSize, int maxSize, Function function) implements Kind {}

        record Table(int size) implements Kind {}
    }

    /**
     * One of those among whom hashes are shared.
     *
     * @param key what it is known by; members with equal keys share one place
     * @param weight its part of them all
     */
    record Member(String key, double weight) {}

    /** A table over {@code members}, of whom there has to be one. */
    static HashTable of(Kind kind, List<Member> members) {
        return switch (kind) {
            case Kind.Ring ring -> HashRing.of(ring, members);
            case Kind.Table(int size) -> Maglev.of(size, members);
        };
    }

    /**
     * The position of the member that {@code hash} belongs to.
     *
     * @param attempt another attempt is likely to find another member
     */
    int pick(long hash, int attempt);
}
