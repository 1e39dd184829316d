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
/// With `IFF_VNET_HDR` it says before each frame what it has left undone ([VirtioHeader]):
/// checksums of any protocol, and cutting TCP and UDP. Everything else it does itself, as it does
/// it all without. Source: Linux `drivers/net/tun.c`, `Documentation/networking/tuntap.rst`.
final class Tap {
    /// The longest payload a TAP carries: `MAX_MTU` less an Ethernet header.
    static final int LARGEST_MTU = 65_521;

    private static final String DEVICE = "/dev/net/tun";

    /// The kernel puts in the lowest number that is free.
    private static final String NAME = "swtap%d";

    private static final int FLAGS =
            PosixConstants.O_RDWR | PosixConstants.O_NONBLOCK | PosixConstants.O_CLOEXEC;

    private static final int CHECKSUMS_AND_TCP =
            LinuxConstants.TUN_F_CSUM
                    | LinuxConstants.TUN_F_TSO4
                    | LinuxConstants.TUN_F_TSO6
                    | LinuxConstants.TUN_F_TSO_ECN;

    /// Since Linux 6.2.
    private static final int UDP = LinuxConstants.TUN_F_USO4 | LinuxConstants.TUN_F_USO6;

    private final Fd fd;
    private final InterfaceName name;

    private Tap(Fd fd, InterfaceName name) {
        this.fd = fd;
        this.name = name;
    }

    /// Makes one; it is down.
    ///
    /// @param offload whether frames have a [VirtioHeader] before them, and the kernel leaves work
    ///   undone
    /// @throws HostException where the kernel has no TAPs
    /// @throws switchd.core.PermissionException where that takes root
    static Tap open(Linux linux, boolean offload) throws SwitchdException {
        Fd fd = new Fd(linux, device(linux));
        try (Arena arena = Arena.ofConfined()) {
            int flags =
                    LinuxConstants.IFF_TAP
                            | LinuxConstants.IFF_NO_PI
                            | (offload ? LinuxConstants.IFF_VNET_HDR : 0);
            MemorySegment request = InterfaceRequest.withFlags(arena, NAME, flags);
            int result = linux.ioctl(fd.number(), LinuxConstants.TUNSETIFF, request);
            if (result < 0) {
                fd.close();
                throw Refusal.of(
                        "making a TAP",
                        new SyscallException("ioctl(TUNSETIFF, " + NAME + ")", result));
            }
            if (offload && !offload(linux, fd, CHECKSUMS_AND_TCP | UDP)) {
                offload(linux, fd, CHECKSUMS_AND_TCP);
            }
            return new Tap(fd, new InterfaceName(InterfaceRequest.name(request)));
        }
    }

    /// False where the kernel does not know one of them. Where it knows none, it does all itself.
    private static boolean offload(Linux linux, Fd fd, int what) {
        MemorySegment number = MemorySegment.ofAddress(what);
        return linux.ioctl(fd.number(), LinuxConstants.TUNSETOFFLOAD, number) == 0;
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
