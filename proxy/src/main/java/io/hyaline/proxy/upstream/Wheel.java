package io.hyaline.proxy.upstream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Hosts in the order in which their weights let them have turns, spread as evenly as can be (smooth weighted round robin). */
final class Wheel {

    /** Turns of a whole round; weights with a longer one are scaled down to it. */
    private static final int MAX_TURNS = 4096;

    static final Wheel EMPTY = new Wheel(new Host[0], 1);

    private final Host[] turns;
    private final int[] next;

    private Wheel(Host[] turns, int loops) {
        this.turns = turns;
        this.next = new int[loops * 16];
    }

    static Wheel of(List<Host> hosts, int loops) {
        return hosts.isEmpty() ? EMPTY : new Wheel(order(hosts), loops);
    }

    private static Host[] order(List<Host> hosts) {
        long[] weights =
                hosts.stream().mapToLong(host -> Math.max(1, host.weight())).toArray();
        if (Arrays.stream(weights).allMatch(weight -> weight == weights[0])) {
            return hosts.toArray(Host[]::new);
        }
        scale(weights);
        int total = Math.toIntExact(Arrays.stream(weights).sum());
        long[] credit = new long[weights.length];
        List<Host> turns = new ArrayList<>(total);
        for (int turn = 0; turn < total; turn++) {
            int best = 0;
            for (int i = 0; i < weights.length; i++) {
                credit[i] += weights[i];
                best = credit[i] > credit[best] ? i : best;
            }
            credit[best] -= total;
            turns.add(hosts.get(best));
        }
        return turns.toArray(Host[]::new);
    }

    private static void scale(long[] weights) {
        long divisor = Arrays.stream(weights).reduce(0, Wheel::common);
        long sum = Arrays.stream(weights).sum() / divisor;
        for (int i = 0; i < weights.length; i++) {
            long reduced = weights[i] / divisor;
            weights[i] = sum <= MAX_TURNS ? reduced : Math.max(1, reduced * MAX_TURNS / sum);
        }
    }

    private static long common(long one, long other) {
        return other == 0 ? one : common(other, one % other);
    }

    int turns() {
        return turns.length;
    }

    Host at(int turn) {
        return turns[turn];
    }

    /** The next host in turn for a loop; there must be one. */
    Host next(int loop) {
        int at = loop * 16;
        int turn = next[at];
        next[at] = turn + 1 == turns.length ? 0 : turn + 1;
        return turns[turn];
    }
}
