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

/** Downcalls into libc that report errno as a {@link LinuxException}. */
final class Libc {

    static final int CLONE_NEWNET = 0x40000000;
    static final int O_RDONLY_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SETNS =
            handle("setns", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle UNSHARE =
            handle("unshare", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle KILL =
            handle("kill", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));

    private Libc() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    /** Opens {@code path} read-only and close-on-exec; returns the file descriptor. */
    static int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDONLY_CLOEXEC, 0);
            return check(fd, state, "open " + path);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static void setns(int fd, int type, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int result = (int) SETNS.invokeExact(state, fd, type);
            check(result, state, "setns " + what);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static void unshare(int flags, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int result = (int) UNSHARE.invokeExact(state, flags);
            check(result, state, "unshare " + what);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static void kill(int pid, int signal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int result = (int) KILL.invokeExact(state, pid, signal);
            check(result, state, "kill " + pid);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(ERRNO);
            int result = (int) CLOSE.invokeExact(state, fd);
            check(result, state, "close " + fd);
        } catch (Throwable t) {
            throw LinuxException.rethrow(t);
        }
    }

    private static int check(int result, MemorySegment state, String call) {
        if (result < 0) {
            throw new LinuxException(call, (int) ERRNO_VALUE.get(state, 0L));
        }
        return result;
    }
}
