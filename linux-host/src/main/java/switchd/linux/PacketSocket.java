package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;

/// The set-up of a packet socket. Source: `man 7 packet`, Linux `net/packet/af_packet.c`.
final class PacketSocket {
    private static final int FLAGS =
            LinuxConstants.SOCK_RAW | LinuxConstants.SOCK_NONBLOCK | LinuxConstants.SOCK_CLOEXEC;

    /// Some 1,800 full frames: the kernel books 2,304 bytes for one of 1,514.
    private static final int RECEIVE_BYTES = 4 << 20;

    private static final int SEND_BYTES = 1 << 20;

    private PacketSocket() {}

    /// A socket that is bound to nothing yet, so that no frame reaches it.
    ///
    /// @throws switchd.core.PermissionException where that takes root
    static Fd open(Linux linux) throws SwitchdException {
        int fd = linux.socket(LinuxConstants.AF_PACKET, FLAGS, 0);
        if (fd < 0) {
            throw Refusal.of(
                    "reading a NIC's frames", new SyscallException("socket(AF_PACKET)", fd));
        }
        return new Fd(linux, fd);
    }

    /// Binds it to an interface, for the frames that come in there, whomever they are for.
    static void listen(Linux linux, Fd fd, InterfaceName nic, int index) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            set(
                    linux,
                    fd,
                    LinuxConstants.PACKET_IGNORE_OUTGOING,
                    arena.allocateFrom(JAVA_INT, 1),
                    "setsockopt(PACKET_IGNORE_OUTGOING)");
            SocketBuffers.receive(linux, fd.number(), RECEIVE_BYTES);
            SocketBuffers.send(linux, fd.number(), SEND_BYTES);
            MemorySegment address = PacketAddress.everything(arena, index);
            SyscallException.check(
                    "bind(AF_PACKET, " + nic + ")",
                    linux.bind(fd.number(), address, (int) address.byteSize()));
            set(
                    linux,
                    fd,
                    LinuxConstants.PACKET_ADD_MEMBERSHIP,
                    PacketAddress.promiscuous(arena, index),
                    "setsockopt(PACKET_ADD_MEMBERSHIP, " + nic + " promiscuous)");
        }
    }

    /// Has the kernel tell of the tags that it takes out of frames ([PacketTags]).
    static void tellTags(Linux linux, Fd fd) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            set(
                    linux,
                    fd,
                    LinuxConstants.PACKET_AUXDATA,
                    arena.allocateFrom(JAVA_INT, 1),
                    "setsockopt(PACKET_AUXDATA)");
        }
    }

    /// Loads a `struct sock_fprog`.
    static void filter(Linux linux, Fd fd, MemorySegment program) throws SyscallException {
        SyscallException.check(
                "setsockopt(SO_ATTACH_FILTER)",
                linux.setsockopt(
                        fd.number(),
                        PosixConstants.SOL_SOCKET,
                        LinuxConstants.SO_ATTACH_FILTER,
                        program,
                        (int) program.byteSize()));
    }

    /// True where the interface was removed since it was bound.
    static boolean isGone(Linux linux, Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PacketAddress.LAYOUT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
            int result = linux.getsockname(fd.number(), address, length);
            return result == 0 && PacketAddress.index(address) == -1;
        }
    }

    private static void set(Linux linux, Fd fd, int option, MemorySegment value, String call)
            throws SyscallException {
        SyscallException.check(
                call,
                linux.setsockopt(
                        fd.number(),
                        LinuxConstants.SOL_PACKET,
                        option,
                        value,
                        (int) value.byteSize()));
    }
}
