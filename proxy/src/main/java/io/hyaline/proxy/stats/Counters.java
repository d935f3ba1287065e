package io.hyaline.proxy.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/** A set of counters and gauges: each loop adds to its own row without contention, readers sum the rows. */
public final class Counters<E extends Enum<E>> {

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
    /** Rows begin this many cells apart, so that loops do not share a cache line. */
    private static final int PAD = 16;

    private final String prefix;
    private final E[] names;
    private final long[][] rows;

    public Counters(String prefix, Class<E> names, int loops) {
        this.prefix = prefix;
        this.names = names.getEnumConstants();
        this.rows = new long[loops][this.names.length + PAD];
    }

    /** Adds on the loop of number {@code loop}; only that loop may. */
    @SuppressWarnings("EnumOrdinal") // the position in the row, nothing that is stored or shown
    public void add(int loop, E name, long amount) {
        long[] row = rows[loop];
        int cell = name.ordinal();
        CELLS.setOpaque(row, cell, row[cell] + amount);
    }

    @SuppressWarnings("EnumOrdinal") // see add
    public long sum(E name) {
        long sum = 0;
        for (long[] row : rows) {
            sum += (long) CELLS.getOpaque(row, name.ordinal());
        }
        return sum;
    }

    public String prefix() {
        return prefix;
    }

    /** Hands every counter's full name and value to {@code sink}. */
    public void read(Sink sink) {
        for (E name : names) {
            sink.value(prefix + name.name().toLowerCase(Locale.ROOT), sum(name));
        }
    }

    /** Takes counters. */
    public interface Sink {
        void value(String name, long value);
    }
}
