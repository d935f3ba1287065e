package io.hyaline.linux;

/** Sends signals to processes. */
public final class Signals {

    public static final int KILL = 9;
    public static final int TERM = 15;

    private Signals() {}

    /** Returns false when there is no such process any more. */
    public static boolean send(long pid, int signal) {
        try {
            Libc.kill(Math.toIntExact(pid), signal);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == 3) {
                return false;
            }
            throw e;
        }
    }
}
