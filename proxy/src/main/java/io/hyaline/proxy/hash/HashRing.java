package io.hyaline.proxy.hash;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Ketama: each member has many places on a ring of hashes, and takes those up to each of its places. */
final class HashRing implements HashTable {

    private record Place(long hash, int member) {}

    private final long[] hashes;
    private final int[] members;

    private HashRing(Place[] places) {
        hashes = new long[places.length];
        members = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            hashes[i] = places[i].hash();
            members[i] = places[i].member();
        }
    }

    /** As many places for the lightest member as make a ring of the least size, within the greatest. */
    static HashRing of(Kind.Ring kind, List<Member> members) {
        double least = members.stream().mapToDouble(Member::weight).min().orElse(1);
        double scale = Math.min(Math.ceil(least * kind.minSize()) / least, kind.maxSize());
        Place[] places = new Place[(int) Math.ceil(scale) + members.size()];
        int count = 0;
        double target = 0;
        for (int member = 0; member < members.size(); member++) {
            target += scale * members.get(member).weight();
            String prefix = members.get(member).key() + "_";
            for (int i = 0; count < target; i++) {
                places[count++] = new Place(kind.function().of(prefix + i), member);
            }
        }
        Place[] all = Arrays.copyOf(places, count);
        Arrays.sort(all, Comparator.comparingLong(place -> place.hash() ^ Long.MIN_VALUE));
        return new HashRing(all);
    }

    @Override
    public int pick(long hash, int attempt) {
        int low = 0;
        int high = hashes.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(hashes[middle], hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return members[(int) (((long) low + attempt) % hashes.length)];
    }
}
