package io.hyaline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The outer end of a pseudo terminal; a program has the inner end as its standard streams.
 *
 * <p>Reading and writing block, one thread each. The reader notices {@link #close} within a quarter of a second.
 */
public final class Terminal implements AutoCloseable {

    private static final long TIOCSPTLCK = 0x40045431L;
    private static final long TIOCGPTN = 0x80045430L;
    private static final long TIOCSWINSZ = 0x5414L;
    private static final int POLL_MILLIS = 250;
    /** Short, because closing and resizing wait for it. */
    private static final int WRITE_MILLIS = 20;

    private final int fd;
    private final Path inner;
    private final Object writing = new Object();
    private volatile boolean closing;
    private boolean readerEnded = true;
    private boolean closed;

    private Terminal(int fd, Path inner) {
        this.fd = fd;
        this.inner = inner;
    }

    /** A new terminal of the {@code devpts} that is mounted at {@code directory}, such as {@code /dev/pts}. */
    public static Terminal open(Path directory) {
        int fd = TtyCalls.open(directory.resolve("ptmx").toString());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
            TtyCalls.ioctl(fd, TIOCSPTLCK, number, "unlock a terminal");
            TtyCalls.ioctl(fd, TIOCGPTN, number, "number of a terminal");
            int n = number.get(ValueLayout.JAVA_INT, 0);
            return new Terminal(fd, directory.resolve(Integer.toString(n)));
        } catch (RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** The file that the program opens, or gets as its standard streams. */
    public Path inner() {
        return inner;
    }

    /** Tells the program how large the window is. */
    public void resize(int columns, int rows) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8, 2);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
            size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
            synchronized (writing) {
                if (!closed) {
                    TtyCalls.ioctl(fd, TIOCSWINSZ, size, "resize a terminal");
                }
            }
        }
    }

    /** Fills {@code buffer} as far as there is output; -1 when the program and all its children are gone. */
    public int read(byte[] buffer) {
        synchronized (writing) {
            if (closed || closing) {
                return -1;
            }
            readerEnded = false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(buffer.length);
            while (!closing) {
                if (TtyCalls.ready(fd, TtyCalls.POLLIN, POLL_MILLIS)) {
                    int count = (int) TtyCalls.read(fd, bytes);
                    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, 0, count);
                    return count == 0 ? -1 : count;
                }
            }
            return -1;
        } catch (LinuxException e) {
            if (e.errno() == TtyCalls.EIO) {
                return -1; // the last inner end was closed
            }
            throw e;
        } finally {
            synchronized (writing) {
                readerEnded = true;
                closeIfIdle();
            }
        }
    }

    /** Types {@code bytes}; waits while the program does not read. Nothing happens after {@link #close}. */
    public void write(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            while (left.byteSize() > 0) {
                synchronized (writing) {
                    if (closed || closing) {
                        return;
                    }
                    if (TtyCalls.ready(fd, TtyCalls.POLLOUT, WRITE_MILLIS)) {
                        left = left.asSlice(writeSome(left));
                    }
                }
            }
        }
    }

    private long writeSome(MemorySegment bytes) {
        try {
            return TtyCalls.write(fd, bytes);
        } catch (LinuxException e) {
            if (e.errno() == TtyCalls.EAGAIN) {
                return 0;
            }
            throw e;
        }
    }

    /** Hangs up: the program gets SIGHUP. */
    @Override
    public void close() {
        closing = true;
        synchronized (writing) {
            closeIfIdle();
        }
    }

    /** The descriptor is given back only when nobody is inside a call with it. */
    private void closeIfIdle() {
        if (closing && readerEnded && !closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
