package switchd.daemon.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.daemon.lab.Await;
import switchd.darwin.testkit.FakeXnu;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// A VM at the far end of a port's socket, a process of its own on the kernel in memory. It
/// attaches as vfkit does: bound beside the port's socket, connected, buffers of 1 and 4 MiB,
/// `VFKT`.
final class MacVm implements AutoCloseable {
    private static final int LONGEST = 65_536;

    private final FakeXnu process;
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment buffer = arena.allocate(LONGEST);
    private final int fd;

    private MacVm(FakeXnu process, String server, String own) throws UsageException {
        this.process = process;
        this.fd =
                checked(
                        "socket",
                        process.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0));
        option(PosixConstants.SO_SNDBUF, 1 << 20);
        option(PosixConstants.SO_RCVBUF, 4 << 20);
        checked("fcntl", process.fcntl(fd, 4, PosixConstants.O_NONBLOCK));
        UnixAddress local = UnixAddress.of(arena, own);
        checked("bind", process.bind(fd, local.memory(), local.length()));
        UnixAddress remote = UnixAddress.of(arena, server);
        checked("connect", process.connect(fd, remote.memory(), remote.length()));
    }

    /// Attaches to the port whose socket is at `server`.
    ///
    /// @param name of the VM's own socket, beside it
    static MacVm attach(FakeXnu process, String server, String name) throws UsageException {
        String directory = server.substring(0, server.lastIndexOf('/'));
        MacVm vm = new MacVm(process, server, directory + "/" + name);
        vm.send("VFKT".getBytes(US_ASCII));
        return vm;
    }

    private void option(int option, int value) {
        MemorySegment bytes = arena.allocateFrom(JAVA_INT, value);
        checked(
                "setsockopt",
                process.setsockopt(fd, PosixConstants.SOL_SOCKET, option, bytes, Integer.BYTES));
    }

    private static int checked(String call, int result) {
        try {
            return (int) SyscallException.check(call, result);
        } catch (SyscallException e) {
            throw new AssertionError(e);
        }
    }

    /// The socket's number in the VM's process.
    int fd() {
        return fd;
    }

    FakeXnu process() {
        return process;
    }

    /// Sends one frame; it must find room within 10 s.
    void send(byte... frame) {
        Await.until("room for a frame", Await.SHORT, () -> trySend(frame) >= 0);
    }

    /// Sends one frame.
    ///
    /// @return what the kernel says
    long trySend(byte... frame) {
        MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
        long sent = process.write(fd, buffer, 0, frame.length);
        if (sent < 0 && !Errno.ENOBUFS.is(sent)) {
            throw new AssertionError(new SyscallException("write(VM)", sent));
        }
        return sent;
    }

    /// The frames that have come.
    List<byte[]> receive() {
        List<byte[]> frames = new ArrayList<>();
        while (true) {
            long length = process.read(fd, buffer, 0, LONGEST);
            if (length < 0) {
                return frames;
            }
            frames.add(buffer.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /// Waits for the next `count` frames; what comes beyond waits for the next question.
    List<byte[]> await(int count) {
        List<byte[]> frames = new ArrayList<>();
        Await.until(
                count + " frames",
                Await.SHORT,
                () -> {
                    frames.addAll(receive());
                    return frames.size() >= count;
                });
        return frames;
    }

    /// Waits until `frame` has come; what comes before is thrown away.
    void await(byte[] frame) {
        Await.until(
                "the frame",
                Await.SHORT,
                () -> receive().stream().anyMatch(received -> Arrays.equals(received, frame)));
    }

    @Override
    public void close() {
        process.close(fd);
    }
}
