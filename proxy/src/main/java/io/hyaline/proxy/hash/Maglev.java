package io.hyaline.proxy.hash;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Maglev's table: the members fill it in turns, each in an order of its own. Its size is a prime number. */
final class Maglev implements HashTable {

    private static final int FREE = -1;

    private final int[] table;

    private Maglev(int[] table) {
        this.table = table;
    }

    /** A member that fills the table. */
    private static final class Filler {
        private final int member;
        private final double weight;
        private final long offset;
        private final long skip;
        private long next;
        private double due;

        Filler(int member, Member of, int size) {
            this.member = member;
            this.weight = of.weight();
            this.offset = Long.remainderUnsigned(XxHash.of(of.key()), size);
            this.skip = Long.remainderUnsigned(XxHash.of(of.key(), 1), size - 1L) + 1;
        }

        void take(int[] table) {
            int place = place(table.length);
            while (table[place] != FREE) {
                place = place(table.length);
            }
            table[place] = member;
        }

        private int place(int size) {
            return (int) ((offset + skip * next++) % size);
        }
    }

    /** In the order of their keys, so that the order in which they came does not matter. */
    static Maglev of(int size, List<Member> members) {
        Filler[] fillers = IntStream.range(0, members.size())
                .boxed()
                .sorted(Comparator.comparing(i -> members.get(i).key()))
                .map(i -> new Filler(i, members.get(i), size))
                .toArray(Filler[]::new);
        double heaviest = members.stream().mapToDouble(Member::weight).max().orElse(1);
        int[] table = new int[size];
        Arrays.fill(table, FREE);
        int taken = 0;
        for (long turn = 1; taken < size; turn++) {
            for (Filler filler : fillers) {
                if (taken < size && turn * filler.weight >= filler.due) {
                    filler.due += heaviest;
                    filler.take(table);
                    taken++;
                }
            }
        }
        return new Maglev(table);
    }

    @Override
    public int pick(long hash, int attempt) {
        long other = attempt == 0 ? hash : hash ^ -(long) attempt;
        return table[(int) Long.remainderUnsigned(other, table.length)];
    }
}
