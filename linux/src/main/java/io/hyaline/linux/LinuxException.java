package io.hyaline.linux;

/** A system call that the kernel refused, with its errno. */
public final class LinuxException extends RuntimeException {

    private final int errno;

    LinuxException(String call, int errno) {
        super(call + ": " + describe(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    private static String describe(int errno) {
        return switch (errno) {
            case 1 -> "EPERM: needs root or CAP_SYS_ADMIN in the namespace's owner";
            case 2 -> "ENOENT: no such file or process";
            case 3 -> "ESRCH: no such process";
            case 13 -> "EACCES: permission denied";
            case 22 -> "EINVAL: invalid argument";
            default -> "errno " + errno;
        };
    }

    static RuntimeException rethrow(Throwable t) {
        if (t instanceof RuntimeException e) {
            return e;
        }
        if (t instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(t);
    }
}
