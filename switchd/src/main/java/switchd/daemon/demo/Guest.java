package switchd.daemon.demo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.FrameBatch;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Watch;
import switchd.daemon.LoopThread;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// A VM in this process, with a thread of its own, that attaches to a port as vfkit does: it binds
/// a socket beside the port's, connects, sends `VFKT`, and then frames.
final class Guest implements AutoCloseable {
    private static final long ANSWER_SECONDS = 5;

    private final Addresses self;
    private final LoopThread thread;
    private final Nic nic;

    private Guest(Addresses self, LoopThread thread, Nic nic) {
        this.self = self;
        this.thread = thread;
        this.nic = nic;
    }

    /// Attaches a guest to the port whose socket is at `socket`.
    ///
    /// @throws SwitchdException where it cannot attach
    static Guest attach(Addresses self, String socket, int mtu) throws SwitchdException {
        LoopThread thread = LoopThread.start("demo-guest", arena -> Hosts.open(arena, Writer.AUTO));
        try {
            return new Guest(
                    self, thread, thread.ask(() -> Nic.open(thread.context(), self, socket, mtu)));
        } catch (SwitchdException | RuntimeException e) {
            thread.stop();
            throw e;
        }
    }

    Addresses addresses() {
        return self;
    }

    /// Pings a neighbour.
    ///
    /// @return nanoseconds from echo request to echo reply
    /// @throws java.util.concurrent.TimeoutException where none comes
    long ping(InetAddress target) throws Exception {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        thread.loop().execute(() -> nic.stack.ping(target, answer));
        return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /// Sends UDP datagrams to a neighbour that has answered a ping, as fast as they are taken.
    ///
    /// @param payload bytes of data in each
    void flood(InetAddress target, int datagrams, int payload) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        thread.loop().execute(() -> nic.flood(target, datagrams, payload, done));
        done.get(ANSWER_SECONDS * 4, TimeUnit.SECONDS);
    }

    /// The UDP datagrams that have come in.
    int udpReceived() {
        return nic.stack.udpReceived();
    }

    @Override
    public void close() {
        thread.loop().execute(nic::close);
        thread.stop();
    }

    /// The guest's NIC, on its thread.
    private static final class Nic implements EventHandler {
        private static final int DISCARD = 9;

        private final Posix posix;
        private final DatagramIo io;
        private final FrameBatch outgoing;
        private final GuestStack stack;
        private final Addresses self;
        private final Fd fd;
        private final String path;
        private @Nullable Watch watch;
        private @Nullable CompletableFuture<Boolean> flooding;
        private int floodLeft;

        private Nic(LoopThread.Context context, Addresses self, String path, int mtu)
                throws SyscallException {
            this.posix = context.host().posix();
            this.self = self;
            this.path = path;
            Arena arena = context.arena();
            io =
                    context.host()
                            .datagramIo(arena, FrameBatch.slots(arena, FrameBatch.CAPACITY, mtu));
            outgoing = FrameBatch.slots(arena, FrameBatch.CAPACITY, mtu);
            stack = new GuestStack(self, this::send);
            int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
            SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", number);
            fd = new Fd(posix, number);
        }

        private static Nic open(LoopThread.Context context, Addresses self, String socket, int mtu)
                throws SwitchdException {
            String directory = socket.substring(0, socket.lastIndexOf('/'));
            Nic nic = new Nic(context, self, directory + "/vfkit-" + self.mac().value(), mtu);
            int number = nic.fd.number();
            try (Arena arena = Arena.ofConfined()) {
                UnixAddress own = UnixAddress.of(arena, nic.path);
                UnixAddress port = UnixAddress.of(arena, socket);
                SyscallException.check(
                        "bind(" + nic.path + ")",
                        nic.posix.bind(number, own.memory(), own.length()));
                SyscallException.check(
                        "connect(" + socket + ")",
                        nic.posix.connect(number, port.memory(), port.length()));
                SocketBuffers.send(nic.posix, number, 1 << 20);
                SocketBuffers.receive(nic.posix, number, 4 << 20);
            }
            nic.watch = context.loop().watch(number, nic);
            nic.send("VFKT".getBytes(US_ASCII));
            return nic;
        }

        @Override
        public void ready(boolean readable, boolean writable) throws SyscallException {
            if (writable) {
                continueFlood();
            }
            int received = io.receive(fd.number());
            for (int i = 0; i < received; i++) {
                byte[] frame = new byte[io.slots().length(i)];
                MemorySegment.copy(
                        io.slots().memory(),
                        JAVA_BYTE,
                        io.slots().offset(i),
                        frame,
                        0,
                        frame.length);
                stack.receive(ByteBuffer.wrap(frame));
            }
        }

        @Override
        public void failed(Exception cause) {
            watch = null;
        }

        private void send(byte[] frame) {
            if (watch == null) {
                return; // the guest is gone
            }
            outgoing.clear();
            add(frame);
            io.send(fd.number(), outgoing, 0);
        }

        private void add(byte[] frame) {
            int at = outgoing.slot(outgoing.count());
            MemorySegment.copy(frame, 0, outgoing.memory(), JAVA_BYTE, at, frame.length);
            outgoing.add(at, frame.length);
        }

        private void flood(
                InetAddress target, int frames, int payload, CompletableFuture<Boolean> done) {
            try {
                byte[] datagram = Packets.udp(DISCARD, DISCARD, new byte[payload]);
                byte[] packet = Packets.ip(Packets.UDP, self.ipv4(), target, datagram);
                MacAddress mac = stack.neighbor(target);
                byte[] frame = Packets.ethernet(mac, self.mac(), Packets.ETHERTYPE_IPV4, packet);
                outgoing.clear();
                while (!outgoing.isFull()) {
                    add(frame);
                }
                floodLeft = frames;
                flooding = done;
                continueFlood();
            } catch (SyscallException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        }

        /// Sends what the port takes; the rest follows when it has room.
        private void continueFlood() throws SyscallException {
            CompletableFuture<Boolean> done = flooding;
            if (done == null || watch == null) {
                return;
            }
            while (floodLeft > 0) {
                int from = Math.max(0, outgoing.count() - floodLeft);
                int sent = io.send(fd.number(), outgoing, from);
                if (Errno.EAGAIN.is(sent) || Errno.ENOBUFS.is(sent)) {
                    watch.interest(true, true);
                    return;
                }
                floodLeft -= (int) SyscallException.check("sendmsg(" + path + ")", sent);
            }
            flooding = null;
            watch.interest(true, false);
            done.complete(true);
        }

        private void close() {
            if (watch != null) {
                watch.close();
                watch = null;
            }
            fd.close();
            try (Arena arena = Arena.ofConfined()) {
                posix.unlink(arena.allocateFrom(path));
            }
        }
    }
}
