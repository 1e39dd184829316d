package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// What a NIC and its driver do to received frames before a packet socket sees them: GRO and LRO
/// put several frames together to one that is longer than the MTU.
///
/// Source: Linux `include/uapi/linux/ethtool.h`, `man 8 ethtool`.
final class Offloads {
    /// `struct ethtool_value`
    static final StructLayout VALUE =
            MemoryLayout.structLayout(JAVA_INT.withName("cmd"), JAVA_INT.withName("data"));

    private Offloads() {}

    /// The names that `ethtool -K` has for those of them that are on.
    ///
    /// @throws SyscallException where the kernel gives no socket to ask by
    static List<String> joiningFrames(Linux linux, InterfaceName nic) throws SyscallException {
        int number =
                linux.socket(
                        PosixConstants.AF_UNIX,
                        PosixConstants.SOCK_DGRAM | LinuxConstants.SOCK_CLOEXEC,
                        0);
        SyscallException.check("socket(AF_UNIX)", number);
        List<String> on = new ArrayList<>();
        try (Fd fd = new Fd(linux, number)) {
            if (ask(linux, fd, nic, LinuxConstants.ETHTOOL_GGRO) != 0) {
                on.add("gro");
            }
            int flags = ask(linux, fd, nic, LinuxConstants.ETHTOOL_GFLAGS);
            if ((flags & LinuxConstants.ETH_FLAG_LRO) != 0) {
                on.add("lro");
            }
        }
        return on;
    }

    /// 0 where the driver has no answer.
    private static int ask(Linux linux, Fd fd, InterfaceName nic, int command) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(VALUE);
            value.set(JAVA_INT, 0, command);
            MemorySegment request = InterfaceRequest.withData(arena, nic.value(), value);
            int result = linux.ioctl(fd.number(), LinuxConstants.SIOCETHTOOL, request);
            return result < 0 ? 0 : value.get(JAVA_INT, 4);
        }
    }
}
