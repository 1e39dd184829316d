package switchd.core;

import org.jspecify.annotations.Nullable;

/// Error numbers by name, with the number that each kernel gives them.
///
/// Source: Linux `include/uapi/asm-generic/errno.h` (the same on x86-64 and arm64), XNU
/// `bsd/sys/errno.h`.
public enum Errno {
    EPERM(1, 1),
    ENOENT(2, 2),
    ESRCH(3, 3),
    EINTR(4, 4),
    EIO(5, 5),
    ENXIO(6, 6),
    EBADF(9, 9),
    EAGAIN(11, 35),
    ENOMEM(12, 12),
    EACCES(13, 13),
    EFAULT(14, 14),
    EBUSY(16, 16),
    EEXIST(17, 17),
    ENODEV(19, 19),
    ENOTDIR(20, 20),
    EINVAL(22, 22),
    ENFILE(23, 23),
    EMFILE(24, 24),
    ENOTTY(25, 25),
    ENOSPC(28, 28),
    EROFS(30, 30),
    EPIPE(32, 32),
    ERANGE(34, 34),
    ENAMETOOLONG(36, 63),
    ENOSYS(38, 78),
    ELOOP(40, 62),
    EBADFD(77, -1),
    ENOTSOCK(88, 38),
    EDESTADDRREQ(89, 39),
    EMSGSIZE(90, 40),
    EPROTOTYPE(91, 41),
    EPROTONOSUPPORT(93, 43),
    EOPNOTSUPP(95, 102),
    EAFNOSUPPORT(97, 47),
    EADDRINUSE(98, 48),
    EADDRNOTAVAIL(99, 49),
    ENETDOWN(100, 50),
    ENETUNREACH(101, 51),
    ECONNABORTED(103, 53),
    ECONNRESET(104, 54),
    ENOBUFS(105, 55),
    EISCONN(106, 56),
    ENOTCONN(107, 57),
    ECONNREFUSED(111, 61);

    private final int linux;
    private final int darwin;

    Errno(int linux, int darwin) {
        this.linux = linux;
        this.darwin = darwin;
    }

    /// The number on the running kernel; negative where that kernel has no such error.
    public int number() {
        return number(Kernel.current());
    }

    /// The number on `kernel`; negative where that kernel has no such error.
    public int number(Kernel kernel) {
        return kernel == Kernel.LINUX ? linux : darwin;
    }

    /// True where `result` is this error as the bindings return it: negated.
    public boolean is(long result) {
        return is(Kernel.current(), result);
    }

    /// As [#is(long)], for a result of `kernel`.
    boolean is(Kernel kernel, long result) {
        return result < 0 && result == -number(kernel);
    }

    /// The name of error `number` of the running kernel, or null for one that is not listed.
    public static @Nullable Errno of(int number) {
        for (Errno errno : values()) {
            if (number >= 0 && errno.number() == number) {
                return errno;
            }
        }
        return null;
    }
}
