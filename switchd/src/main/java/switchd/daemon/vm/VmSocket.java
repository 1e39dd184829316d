package switchd.daemon.vm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.FrameBatch;
import switchd.core.LoopTimer;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Watch;
import switchd.daemon.LoopThread;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.RoomSignal;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// A datagram socket that attaches to a port as vfkit's does: it is bound beside the port's,
/// connects, sends `VFKT`, and then frames. What it sends may be no frame at all.
///
/// Used by its loop's thread alone.
public final class VmSocket implements EventHandler, AutoCloseable {
    /// Longer than what a network takes, so that a test can send it.
    private static final int EXCESS = 64;

    private static final int SEND_BYTES = 1 << 20;
    private static final int RECEIVE_BYTES = 4 << 20;
    private static final long RETRY_NANOS = 50_000;

    private final Posix posix;
    private final DatagramIo io;
    private final FrameBatch outgoing;
    private final Receiver receiver;
    private final Fd fd;
    private final String path;
    private final boolean roomIsTold;
    private final LoopTimer retry;
    private @Nullable Watch watch;
    private @Nullable CompletableFuture<Boolean> sending;
    private int left;

    /// Takes frames in.
    @FunctionalInterface
    public interface Receiver {
        /// @param frames good until this returns
        void receive(FrameBatch frames);
    }

    private VmSocket(LoopThread.Context context, String path, int mtu, Receiver receiver)
            throws SyscallException {
        this.posix = context.host().posix();
        this.path = path;
        this.receiver = receiver;
        this.roomIsTold = context.host().roomSignal() == RoomSignal.ALL;
        Arena arena = context.arena();
        int longest = mtu + EXCESS;
        io =
                context.host()
                        .datagramIo(arena, FrameBatch.slots(arena, FrameBatch.CAPACITY, longest));
        outgoing = FrameBatch.slots(arena, FrameBatch.CAPACITY, longest);
        retry = context.loop().timer(this::continueSending);
        int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", number);
        fd = new Fd(posix, number);
    }

    /// Opens a socket at `path`, which must be free.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public static VmSocket open(LoopThread.Context context, String path, int mtu, Receiver receiver)
            throws SwitchdException {
        VmSocket socket = new VmSocket(context, path, mtu, receiver);
        int number = socket.fd.number();
        try (Arena arena = Arena.ofConfined()) {
            UnixAddress own = UnixAddress.of(arena, path);
            SyscallException.check(
                    "bind(" + path + ")", socket.posix.bind(number, own.memory(), own.length()));
            SocketBuffers.send(socket.posix, number, SEND_BYTES);
            SocketBuffers.receive(socket.posix, number, RECEIVE_BYTES);
            socket.watch = context.loop().watch(number, socket);
            return socket;
        } catch (SwitchdException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Connects to the socket at `peer`.
    ///
    /// @throws SwitchdException where it does not answer
    public void connect(String peer) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            UnixAddress address = UnixAddress.of(arena, peer);
            SyscallException.check(
                    "connect(" + peer + ")",
                    posix.connect(fd.number(), address.memory(), address.length()));
        }
    }

    /// Connects to a port's socket and greets as vfkit does.
    ///
    /// @throws SwitchdException where it does not answer
    public void attach(String port) throws SwitchdException {
        connect(port);
        send("VFKT".getBytes(US_ASCII));
    }

    /// Sends one datagram; it is lost where there is no room for it.
    public void send(byte[] frame) {
        if (watch == null) {
            return; // the VM is gone
        }
        outgoing.clear();
        add(frame);
        io.send(fd.number(), outgoing, 0);
    }

    /// Sends one datagram `times` times, as fast as they are taken. One such task at a time.
    ///
    /// @param done completed once all are sent
    public void send(byte[] frame, int times, CompletableFuture<Boolean> done) {
        outgoing.clear();
        while (outgoing.count() < Math.min(times, outgoing.capacity())) {
            add(frame);
        }
        left = times;
        sending = done;
        continueSending();
    }

    private void add(byte[] frame) {
        int at = outgoing.slot(outgoing.count());
        MemorySegment.copy(frame, 0, outgoing.memory(), JAVA_BYTE, at, frame.length);
        outgoing.add(at, frame.length);
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        if (writable) {
            continueSending();
        }
        if (io.receive(fd.number()) > 0) {
            receiver.receive(io.slots());
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        fail(cause);
    }

    private void fail(Exception cause) {
        if (sending != null) {
            sending.completeExceptionally(cause);
            sending = null;
        }
    }

    /// Sends what the port takes; the rest follows when it has room.
    private void continueSending() {
        CompletableFuture<Boolean> done = sending;
        if (done == null) {
            return;
        }
        try {
            if (watch == null) {
                throw new IllegalStateException(path + " is closed");
            }
            while (left > 0) {
                int sent = io.send(fd.number(), outgoing, Math.max(0, outgoing.count() - left));
                if (Errno.EAGAIN.is(sent) || Errno.ENOBUFS.is(sent)) {
                    waitForRoom(watch);
                    return;
                }
                left -= (int) SyscallException.check("sendmsg(" + path + ")", sent);
            }
            sending = null;
            watch.interest(true, false);
            done.complete(true);
        } catch (SyscallException | RuntimeException e) {
            fail(e);
        }
    }

    private void waitForRoom(Watch current) throws SyscallException {
        if (roomIsTold) {
            current.interest(true, true);
        } else {
            retry.set(RETRY_NANOS);
        }
    }

    /// Closes the socket and leaves its file, as a process that is killed does.
    public void abandon() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        retry.cancel();
        fail(new IllegalStateException(path + " is closed"));
        fd.close();
    }

    /// Closes the socket and removes its file. Closing twice is no error.
    @Override
    public void close() {
        abandon();
        try (Arena arena = Arena.ofConfined()) {
            posix.unlink(arena.allocateFrom(path));
        }
    }
}
