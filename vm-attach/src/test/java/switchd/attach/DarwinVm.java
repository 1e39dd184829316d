package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import switchd.core.FrameBatch;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.testkit.Frames;
import switchd.darwin.testkit.FakeXnu;
import switchd.posix.MessageHeader;
import switchd.posix.PosixConstants;
import switchd.posix.SingleMessageIo;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// A VM tool's process with a datagram socket, on a Darwin kernel in memory.
final class DarwinVm {
    private static final int LARGEST = 9000;

    private final FakeXnu process;
    private final Arena arena = Arena.ofShared();
    private final SingleMessageIo io;
    private final Path local;
    private final int fd;

    private DarwinVm(FakeXnu process, Path local) throws SwitchdException {
        this.process = process;
        this.local = local;
        io = new SingleMessageIo(process, arena, FrameBatch.slots(arena, 1, LARGEST));
        fd = process.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        SyscallException.check("socket()", fd);
        process.unlink(arena.allocateFrom(local.toString()));
        UnixAddress address = UnixAddress.of(arena, local.toString());
        SyscallException.check("bind()", process.bind(fd, address.memory(), address.length()));
    }

    /// A socket bound to `local`; what is there is removed first.
    static DarwinVm bound(FakeXnu process, Path local) throws SwitchdException {
        return new DarwinVm(process, local);
    }

    /// vfkit's sequence: bind, connect, 1 MiB and 4 MiB of buffer, `VFKT`.
    static DarwinVm vfkit(FakeXnu process, Path local, Path server) throws SwitchdException {
        DarwinVm vm = bound(process, local).connect(server);
        SocketBuffers.send(process, vm.fd, 1 << 20);
        SocketBuffers.receive(process, vm.fd, 4 << 20);
        vm.send(new byte[] {0x56, 0x46, 0x4b, 0x54});
        return vm;
    }

    DarwinVm connect(Path server) throws SwitchdException {
        UnixAddress address = UnixAddress.of(arena, server.toString());
        SyscallException.check(
                "connect()", process.connect(fd, address.memory(), address.length()));
        return this;
    }

    FakeXnu process() {
        return process;
    }

    int fd() {
        return fd;
    }

    Path local() {
        return local;
    }

    void send(byte[] datagram) throws SyscallException {
        SyscallException.check("write()", write(datagram));
    }

    long write(byte[] datagram) {
        return process.write(fd, bytes(datagram), 0, datagram.length);
    }

    /// Sends to `server` without being connected.
    void sendTo(Path server, byte[] datagram) throws SwitchdException {
        UnixAddress to = UnixAddress.of(arena, server.toString());
        MemorySegment header = arena.allocate(MessageHeader.LAYOUT);
        MemorySegment iovec = arena.allocate(MessageHeader.IOVEC);
        MessageHeader.buffer(iovec, 0, bytes(datagram).address(), datagram.length);
        MessageHeader.oneBuffer(header, 0, iovec, 0);
        MessageHeader.wantName(header, 0, to.memory(), 0);
        // The name's length comes behind its address.
        header.set(JAVA_INT, Long.BYTES, to.length());
        SyscallException.check("sendmsg()", process.sendmsg(fd, header, 0));
    }

    private MemorySegment bytes(byte[] datagram) {
        return arena.allocate(Math.max(1, datagram.length))
                .copyFrom(MemorySegment.ofArray(datagram));
    }

    /// The next datagram, where one waits.
    Optional<byte[]> receive() {
        int received = io.receive(fd);
        return received > 0 ? Optional.of(Frames.bytes(io.slots(), 0)) : Optional.empty();
    }

    /// Ends the process: its file stays.
    void kill() {
        process.kill9();
    }

    /// Closes the socket; the process goes on, and the file stays.
    void close() {
        process.close(fd);
    }
}
