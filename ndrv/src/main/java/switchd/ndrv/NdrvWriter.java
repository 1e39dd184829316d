package switchd.ndrv;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.darwin.Structs.SOCKADDR_NDRV;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.EthernetFrame;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.Darwin;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Structs;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;

/// Sends frames out of an interface through a `PF_NDRV` socket, one call a frame.
///
/// The socket switches the interface on while it lives. Nothing waits in it: a frame is taken or
/// lost at once, and none comes in. Source: XNU `bsd/net/ndrv.c`. Used by the loop's thread alone.
public final class NdrvWriter implements FrameSink, AutoCloseable {
    /// The longest frame that a socket takes whose send buffer nobody has changed.
    private static final int LONGEST_BY_DEFAULT = 8192;

    private final Darwin darwin;
    private final Fd fd;
    private final InterfaceName name;
    private final int longestFrame;

    private NdrvWriter(Darwin darwin, Fd fd, InterfaceName name, int mtu) {
        this.darwin = darwin;
        this.fd = fd;
        this.name = name;
        this.longestFrame = EthernetFrame.longest(mtu);
    }

    /// Opens a socket on `name`.
    ///
    /// @param mtu of the interface
    /// @throws PermissionException where that takes root
    /// @throws HostException where there is no such interface
    /// @throws SyscallException where the kernel refuses a step; nothing is left behind
    public static NdrvWriter open(Darwin darwin, InterfaceName name, int mtu)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            NdrvWriter writer = new NdrvWriter(darwin, socket(darwin), name, mtu);
            undo.push(writer::close);
            writer.setUp();
            undo.keep();
            return writer;
        }
    }

    private static Fd socket(Darwin darwin) throws SwitchdException {
        int fd = darwin.socket(DarwinConstants.PF_NDRV, DarwinConstants.SOCK_RAW, 0);
        if (fd >= 0) {
            return new Fd(darwin, fd);
        }
        SyscallException cause = new SyscallException("socket(PF_NDRV)", fd);
        if (cause.is(Errno.EPERM) || cause.is(Errno.EACCES)) {
            throw new PermissionException(
                    "writing frames to an interface takes root: run it with sudo", cause);
        }
        throw cause;
    }

    private void setUp() throws SwitchdException {
        int number = fd.number();
        int result = darwin.fcntl(number, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        SyscallException.check("fcntl(PF_NDRV, F_SETFD, FD_CLOEXEC)", result);
        try (Arena arena = Arena.ofConfined()) {
            withoutSignals(arena);
            if (longestFrame > LONGEST_BY_DEFAULT) {
                SocketBuffers.send(darwin, number, longestFrame);
            }
            MemorySegment address = address(arena);
            int length = (int) address.byteSize();
            bound(darwin.bind(number, address, length));
            // The frames go out of the interface that it is bound to; write() needs a connection.
            result = darwin.connect(number, address, length);
            SyscallException.check("connect(PF_NDRV, " + name + ")", result);
        }
    }

    private void withoutSignals(Arena arena) throws SyscallException {
        int result =
                darwin.setsockopt(
                        fd.number(),
                        PosixConstants.SOL_SOCKET,
                        DarwinConstants.SO_NOSIGPIPE,
                        arena.allocateFrom(JAVA_INT, 1),
                        Integer.BYTES);
        SyscallException.check("setsockopt(PF_NDRV, SO_NOSIGPIPE)", result);
    }

    private MemorySegment address(Arena arena) {
        MemorySegment address = arena.allocate(SOCKADDR_NDRV);
        long length = address.byteSize();
        address.set(JAVA_BYTE, Structs.offset(SOCKADDR_NDRV, "snd_len"), (byte) length);
        address.set(
                JAVA_BYTE,
                Structs.offset(SOCKADDR_NDRV, "snd_family"),
                (byte) DarwinConstants.AF_NDRV);
        InterfaceControl.putName(address, Structs.offset(SOCKADDR_NDRV, "snd_name"), name);
        return address;
    }

    private void bound(int result) throws SwitchdException {
        if (result < 0) {
            SyscallException cause = new SyscallException("bind(PF_NDRV, " + name + ")", result);
            throw cause.is(Errno.EADDRNOTAVAIL)
                    ? new HostException("there is no interface " + name, cause)
                    : cause;
        }
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        int number = fd.number();
        for (int i = from; i < batch.count(); i++) {
            int length = batch.length(i);
            // The last guard: on macOS a frame without a whole header panics the kernel.
            if (length < EthernetFrame.SHORTEST || length > longestFrame) {
                return i > from ? i - from : REFUSED;
            }
            long written = darwin.write(number, batch.memory(), batch.offset(i), length);
            if (written < 0) {
                return i > from ? i - from : failed(written);
            }
        }
        return batch.count() - from;
    }

    /// What the kernel says: ENETDOWN, ENXIO and EPIPE where the interface is down or gone.
    private int failed(long error) throws SyscallException {
        if (Errno.ENOBUFS.is(error)
                || Errno.EAGAIN.is(error)
                || Errno.ENOMEM.is(error)
                || Errno.EINTR.is(error)) {
            return 0;
        }
        if (Errno.EMSGSIZE.is(error)) {
            return REFUSED;
        }
        throw new SyscallException("write(" + name + ")", error);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        fd.close();
    }
}
