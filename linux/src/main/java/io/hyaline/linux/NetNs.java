package io.hyaline.linux;

import java.nio.file.Path;

/**
 * A network namespace held open by a file descriptor, so that it outlives the process or file it was found through.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html">network_namespaces(7)</a>
 */
public final class NetNs implements AutoCloseable {

    private final int fd;
    private final String origin;

    private NetNs(int fd, String origin) {
        this.fd = fd;
        this.origin = origin;
    }

    /** The namespace of the calling thread. */
    public static NetNs current() {
        return open(Path.of("/proc/thread-self/ns/net"));
    }

    /** The namespace of the process {@code pid}. */
    public static NetNs of(long pid) {
        return open(Path.of("/proc/" + pid + "/ns/net"));
    }

    /** The namespace behind a file such as {@code /proc/PID/ns/net}. */
    public static NetNs open(Path file) {
        return new NetNs(Libc.open(file.toString()), file.toString());
    }

    /** Moves the calling platform thread into this namespace. */
    void enter() {
        Libc.setns(fd, Libc.CLONE_NEWNET, origin);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }

    @Override
    public String toString() {
        return origin;
    }
}
