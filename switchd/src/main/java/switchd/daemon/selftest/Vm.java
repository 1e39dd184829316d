package switchd.daemon.selftest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.vm.VmSocket;

/// A VM in this process, with a thread of its own. It keeps the frames that come in, or hands them
/// to whoever measures.
final class Vm implements AutoCloseable {
    /// How long a frame may be under way.
    static final long PATIENCE_MILLIS = 2_000;

    private final String name;
    private final MacAddress mac;
    private final LoopThread thread;
    private final VmSocket socket;
    private final BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
    private volatile VmSocket.@Nullable Receiver receiver;

    private Vm(String name, MacAddress mac, LoopThread.HostOpener host, String path, int mtu)
            throws SwitchdException {
        this.name = name;
        this.mac = mac;
        thread = LoopThread.start("selftest-" + name, host);
        try {
            socket = thread.ask(() -> VmSocket.open(thread.context(), path, mtu, this::receive));
        } catch (SwitchdException | RuntimeException e) {
            thread.stop();
            throw e;
        }
    }

    /// A VM whose socket is at `path`, not connected yet.
    ///
    /// @param name for people
    /// @throws SwitchdException where the socket cannot be had; nothing is left behind
    static Vm open(String name, MacAddress mac, LoopThread.HostOpener host, String path, int mtu)
            throws SwitchdException {
        return new Vm(name, mac, host, path, mtu);
    }

    String name() {
        return name;
    }

    MacAddress mac() {
        return mac;
    }

    /// Attaches to a port.
    ///
    /// @throws SwitchdException where its socket does not answer
    void attach(String port) throws SwitchdException {
        onThread(() -> socket.attach(port));
    }

    /// Connects to any socket.
    ///
    /// @throws SwitchdException where it does not answer
    void connect(String peer) throws SwitchdException {
        onThread(() -> socket.connect(peer));
    }

    private interface Step {
        void run() throws SwitchdException;
    }

    private void onThread(Step step) throws SwitchdException {
        thread.ask(() -> {
            step.run();
            return true;
        });
    }

    /// Sends a frame, or what is none.
    void send(byte[] frame) throws Exception {
        send(frame, 1).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Sends a frame `times` times, as fast as it is taken.
    CompletableFuture<Boolean> send(byte[] frame, int times) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        thread.loop().execute(() -> socket.send(frame, times, done));
        return done;
    }

    /// Has a frame sent without waiting for it.
    void post(byte[] frame) {
        thread.loop().execute(() -> socket.send(frame));
    }

    /// Sends a frame from the VM's own thread.
    void answer(byte[] frame) {
        socket.send(frame);
    }

    /// Hands frames to `measure`, on the VM's thread, from here on; keeps them again where it is
    /// null.
    void handTo(VmSocket.@Nullable Receiver measure) {
        receiver = measure;
    }

    /// Forgets the frames that have come in.
    void forget() {
        inbox.clear();
    }

    /// Waits for a frame that `what` finds something in; others before it are forgotten.
    ///
    /// @return null where none comes within `millis`
    <T> @Nullable T find(long millis, Function<byte[], @Nullable T> what)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            byte[] frame = inbox.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (frame == null) {
                return null;
            }
            @Nullable T found = what.apply(frame);
            if (found != null) {
                return found;
            }
        }
    }

    private void receive(FrameBatch frames) {
        VmSocket.Receiver current = receiver;
        if (current != null) {
            current.receive(frames);
            return;
        }
        for (int i = 0; i < frames.count(); i++) {
            inbox.add(copy(frames, i));
        }
    }

    /// Frame `i`, to keep.
    static byte[] copy(FrameBatch frames, int i) {
        byte[] frame = new byte[frames.length(i)];
        MemorySegment.copy(frames.memory(), JAVA_BYTE, frames.offset(i), frame, 0, frame.length);
        return frame;
    }

    /// Ends as a process that is killed does: its socket's file stays.
    void kill() {
        end(socket::abandon);
    }

    /// Ends and removes the socket's file. Closing twice is no error.
    @Override
    public void close() {
        end(socket::close);
    }

    private void end(Runnable work) {
        try {
            thread.loop().execute(work);
        } catch (RejectedExecutionException _) {
            return; // it has ended before
        }
        thread.stop();
    }
}
