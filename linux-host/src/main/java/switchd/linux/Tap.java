package switchd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// A TAP: an interface whose other end is a descriptor. The kernel removes it with its descriptor,
/// so none outlives the process, `kill -9` included.
///
/// Without `IFF_VNET_HDR` the kernel finishes checksums and cuts long frames before it hands them
/// over. Source: Linux `drivers/net/tun.c`, `Documentation/networking/tuntap.rst`.
final class Tap {
    /// The longest payload a TAP carries: `MAX_MTU` less an Ethernet header.
    static final int LARGEST_MTU = 65_521;

    private static final String DEVICE = "/dev/net/tun";

    /// The kernel puts in the lowest number that is free.
    private static final String NAME = "swtap%d";

    private static final int FLAGS =
            PosixConstants.O_RDWR | PosixConstants.O_NONBLOCK | PosixConstants.O_CLOEXEC;

    private final Fd fd;
    private final InterfaceName name;

    private Tap(Fd fd, InterfaceName name) {
        this.fd = fd;
        this.name = name;
    }

    /// Makes one; it is down.
    ///
    /// @throws HostException where the kernel has no TAPs
    /// @throws switchd.core.PermissionException where that takes root
    static Tap open(Linux linux) throws SwitchdException {
        Fd fd = new Fd(linux, device(linux));
        try (Arena arena = Arena.ofConfined()) {
            int flags = LinuxConstants.IFF_TAP | LinuxConstants.IFF_NO_PI;
            MemorySegment request = InterfaceRequest.withFlags(arena, NAME, flags);
            int result = linux.ioctl(fd.number(), LinuxConstants.TUNSETIFF, request);
            if (result < 0) {
                fd.close();
                throw Refusal.of(
                        "making a TAP",
                        new SyscallException("ioctl(TUNSETIFF, " + NAME + ")", result));
            }
            return new Tap(fd, new InterfaceName(InterfaceRequest.name(request)));
        }
    }

    private static int device(Linux linux) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = linux.open(arena.allocateFrom(DEVICE), FLAGS);
            if (fd >= 0) {
                return fd;
            }
            SyscallException cause = new SyscallException("open(" + DEVICE + ")", fd);
            if (cause.is(Errno.ENOENT) || cause.is(Errno.ENODEV) || cause.is(Errno.ENXIO)) {
                throw new HostException(
                        "this kernel offers no TAP devices: load them with `modprobe tun`, or give the"
                                + " container the device with `--device "
                                + DEVICE
                                + "`",
                        cause);
            }
            throw Refusal.of("opening " + DEVICE, cause);
        }
    }

    Fd fd() {
        return fd;
    }

    InterfaceName name() {
        return name;
    }
}
