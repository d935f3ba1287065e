package io.hyaline.proxy.loop;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadWriter;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/** One event loop's share of an instance: everything here is touched by that loop alone. */
public final class Worker {

    private static final int SPARE_HEADS = 256;

    private final int index;
    private final EventLoop loop;
    private final Deadlines deadlines;
    private final HeadWriter headWriter = new HeadWriter();
    private final SplittableRandom random = new SplittableRandom();
    private final ArrayDeque<Head> heads = new ArrayDeque<>();
    private final Dates dates = new Dates();

    public Worker(int index, EventLoop loop) {
        this.index = index;
        this.loop = loop;
        this.deadlines = new Deadlines(loop);
    }

    /** Its number, from 0. */
    public int index() {
        return index;
    }

    public EventLoop loop() {
        return loop;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    public HeadWriter headWriter() {
        return headWriter;
    }

    public SplittableRandom random() {
        return random;
    }

    public Dates dates() {
        return dates;
    }

    /** A cleared head, to be given back by {@link #recycle}. */
    public Head head() {
        Head head = heads.pollLast();
        return head != null ? head : new Head();
    }

    public void recycle(Head head) {
        head.clear();
        if (heads.size() < SPARE_HEADS) {
            heads.addLast(head);
        }
    }
}
