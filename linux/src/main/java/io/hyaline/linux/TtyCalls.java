package io.hyaline.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Downcalls for terminals: blocking ones are meant for platform threads only. */
final class TtyCalls {

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    private static final int OPEN_FLAGS = 0x2 | 0x100 | 0x800 | 0x80000; // RDWR, NOCTTY, NONBLOCK, CLOEXEC

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = handle(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL = handle(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle READ = handle("read", inOut());
    private static final MethodHandle WRITE = handle("write", inOut());

    private TtyCalls() {}

    private static FunctionDescriptor inOut() {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... more) {
        Linker.Option[] options = new Linker.Option[more.length + 1];
        options[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(more, 0, options, 1, more.length);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** Opens a terminal without making it this process's own. */
    static int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), OPEN_FLAGS, 0);
            return (int) check(fd, state, "open " + path);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static void ioctl(int fd, long request, MemorySegment argument, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int result = (int) IOCTL.invokeExact(state, fd, request, argument);
            check(result, state, what);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    /** True when a read (or write) would not block, be it for data, for the end or for an error. */
    static boolean ready(int fd, short event, int millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(ValueLayout.JAVA_INT, 0, fd);
            poll.set(ValueLayout.JAVA_SHORT, 4, event);
            int ready = (int) POLL.invokeExact(state, poll, 1L, millis);
            if (ready < 0 && errno(state) == EINTR) {
                return false;
            }
            return check(ready, state, "poll a terminal") > 0;
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static long read(int fd, MemorySegment buffer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            long count = (long) READ.invokeExact(state, fd, buffer, buffer.byteSize());
            return check(count, state, "read from a terminal");
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static long write(int fd, MemorySegment bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            long count = (long) WRITE.invokeExact(state, fd, bytes, bytes.byteSize());
            return check(count, state, "write to a terminal");
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO_VALUE.get(state, 0L);
    }

    private static long check(long result, MemorySegment state, String call) {
        if (result < 0) {
            throw new LinuxException(call, errno(state));
        }
        return result;
    }
}
