package io.hyaline.linux;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A network namespace held open by a file descriptor, so that it outlives the process or file it was found through.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/network_namespaces.7.html">network_namespaces(7)</a>
 */
public final class NetNs implements AutoCloseable {

    private final int fd;
    private final String origin;
    private final AtomicBoolean closed = new AtomicBoolean();

    private NetNs(int fd, String origin) {
        this.fd = fd;
        this.origin = origin;
    }

    /**
     * A new, empty namespace that lives as long as something of this process holds it: nothing on the file system
     * names it, so the kernel removes it with the process, whatever ends that.
     */
    public static NetNs create(String name) {
        CompletableFuture<NetNs> made = new CompletableFuture<>();
        Thread.ofPlatform().name("netns-" + name).start(() -> {
            try {
                Libc.unshare(Libc.CLONE_NEWNET, "a network namespace for " + name);
                made.complete(new NetNs(Libc.open("/proc/thread-self/ns/net"), name));
            } catch (Throwable t) {
                made.completeExceptionally(t);
            }
        });
        try {
            return made.join();
        } catch (CompletionException e) {
            throw LinuxException.rethrow(e.getCause() == null ? e : e.getCause());
        }
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

    /** A path by which another process of the same privileges, such as {@code ip}, finds this namespace. */
    public Path path() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Libc.close(fd);
        }
    }

    @Override
    public String toString() {
        return origin;
    }
}
