package switchd.bpf;

import java.lang.foreign.Arena;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.darwin.Darwin;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// Looks for a BPF device that nobody uses.
///
/// The kernel makes another device when the last one is opened, so that the search goes up from 0
/// as long as devices are busy and there is a next one. Source: XNU `bsd/net/bpf.c`, `bpfopen`.
///
/// @param path where it is
/// @param fd open for reading and writing
record BpfSearch(String path, Fd fd) {
    /// What the kernel has at most (`debug.bpf_maxdevices`).
    private static final int MOST_DEVICES = 256;

    private static final int FLAGS = PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC;

    /// @throws PermissionException where that takes root
    /// @throws HostException where all devices are busy
    static BpfSearch run(Darwin darwin) throws SwitchdException {
        for (int unit = 0; unit < MOST_DEVICES; unit++) {
            String path = "/dev/bpf" + unit;
            int fd = open(darwin, path);
            if (fd >= 0) {
                return new BpfSearch(path, new Fd(darwin, fd));
            }
            if (!Errno.EBUSY.is(fd)) {
                throw failed(unit, new SyscallException("open(" + path + ", O_RDWR)", fd));
            }
        }
        throw new HostException(
                busy(MOST_DEVICES),
                new SyscallException("open(/dev/bpf*, O_RDWR)", Errno.EBUSY.number()));
    }

    private static int open(Darwin darwin, String path) {
        try (Arena arena = Arena.ofConfined()) {
            return darwin.open(arena.allocateFrom(path), FLAGS);
        }
    }

    private static SwitchdException failed(int busy, SyscallException cause) {
        if (cause.is(Errno.EACCES) || cause.is(Errno.EPERM)) {
            return new PermissionException(
                    "opening a BPF device takes root: run it with sudo", cause);
        }
        if (!cause.is(Errno.ENOENT) && !cause.is(Errno.ENXIO)) {
            return cause;
        }
        return busy == 0
                ? new HostException("this host has no BPF devices", cause)
                : new HostException(busy(busy), cause);
    }

    private static String busy(int count) {
        return "all "
                + count
                + " BPF devices are busy: end a program that captures packets (`sudo lsof /dev/bpf*`"
                + " names them), or run fewer ports";
    }
}
