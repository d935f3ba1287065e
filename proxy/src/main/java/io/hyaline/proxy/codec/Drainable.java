package io.hyaline.proxy.codec;

/** A connection's handler that can be told to end soon. */
public interface Drainable {

    /** Closes now when idle, else after the current answer; on the connection's loop. */
    void drain();
}
