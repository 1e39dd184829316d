package switchd.daemon.demo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import switchd.core.FrameBatch;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.daemon.vm.VmSocket;

/// A VM in this process, with a thread of its own, that is attached to a port.
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
                    self, thread, thread.ask(() -> new Nic(thread.context(), self, socket, mtu)));
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
        thread.loop().execute(nic.socket::close);
        thread.stop();
    }

    /// The guest's NIC, on its thread.
    private static final class Nic {
        private static final int DISCARD = 9;

        private final Addresses self;
        private final VmSocket socket;
        private final GuestStack stack;

        private Nic(LoopThread.Context context, Addresses self, String port, int mtu)
                throws SwitchdException {
            this.self = self;
            String directory = port.substring(0, port.lastIndexOf('/'));
            String path = directory + "/vfkit-" + self.mac().value();
            socket = VmSocket.open(context, path, mtu, this::receive);
            stack = new GuestStack(self, socket::send);
            try {
                socket.attach(port);
            } catch (SwitchdException e) {
                socket.close();
                throw e;
            }
        }

        private void receive(FrameBatch frames) {
            for (int i = 0; i < frames.count(); i++) {
                byte[] frame = new byte[frames.length(i)];
                MemorySegment.copy(
                        frames.memory(), JAVA_BYTE, frames.offset(i), frame, 0, frame.length);
                stack.receive(ByteBuffer.wrap(frame));
            }
        }

        private void flood(
                InetAddress target, int frames, int payload, CompletableFuture<Boolean> done) {
            try {
                byte[] datagram = Packets.udp(DISCARD, DISCARD, new byte[payload]);
                byte[] packet = Packets.ip(Packets.UDP, self.ipv4(), target, datagram);
                MacAddress mac = stack.neighbor(target);
                byte[] frame = Packets.ethernet(mac, self.mac(), Packets.ETHERTYPE_IPV4, packet);
                socket.send(frame, frames, done);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }
    }
}
