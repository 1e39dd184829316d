package switchd.posix;

import switchd.core.Kernel;

/// Constants of C headers, with the value of the running kernel.
///
/// Source: Linux `include/uapi/asm-generic`, `include/linux/socket.h` (x86-64 and arm64 agree); XNU
/// `bsd/sys`.
public final class PosixConstants {
    public static final int AF_UNIX = 1;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOL_SOCKET = either(1, 0xffff);
    public static final int SO_SNDBUF = either(7, 0x1001);
    public static final int SO_RCVBUF = either(8, 0x1002);
    public static final int SO_TYPE = either(3, 0x1008);
    public static final int SO_RCVTIMEO = either(20, 0x1006);
    public static final int SO_SNDTIMEO = either(21, 0x1005);
    public static final int MSG_PEEK = 2;
    public static final int MSG_DONTWAIT = either(0x40, 0x80);

    public static final int F_DUPFD_CLOEXEC = either(1030, 67);
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int FD_CLOEXEC = 1;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = either(0x800, 0x4);
    public static final int O_CLOEXEC = either(0x80000, 0x1000000);

    public static final int S_IFMT = 0xf000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_IFSOCK = 0xc000;

    private PosixConstants() {}

    private static int either(int linux, int darwin) {
        return Kernel.current() == Kernel.LINUX ? linux : darwin;
    }
}
