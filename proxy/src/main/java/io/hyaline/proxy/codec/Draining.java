package io.hyaline.proxy.codec;

/**
 * Whether a filter chain's connections are to end soon. Set by the thread that changes the configuration, before anything
 * else of the change shows, and read by every answer: none that begins later can keep its connection.
 */
public final class Draining {

    private volatile boolean begun;

    public void begin() {
        begun = true;
    }

    public boolean begun() {
        return begun;
    }
}
