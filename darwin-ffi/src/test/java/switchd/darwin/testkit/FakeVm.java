package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A VM tool's end of a datagram socket, as vfkit has it. Its calls are counted nowhere and fail
/// only where the kernel says no: then with an [IllegalStateException] that names the error.
public final class FakeVm implements AutoCloseable {
    private static final int DONT_WAIT = (int) Abi.constant("MSG_DONTWAIT");

    private final FakeXnu process;
    private final FakeKernel kernel;
    private final FakeUnixSocket socket;
    private final int descriptor;

    private FakeVm(FakeXnu process, FakeUnixSocket socket, int descriptor) {
        this.process = process;
        this.kernel = process.kernel();
        this.socket = socket;
        this.descriptor = descriptor;
    }

    /// A VM of a process, bound to a path of its own.
    public static FakeVm bound(FakeXnu process, String path) {
        FakeVm vm = unbound(process);
        vm.locked(() -> {
            vm.socket.bind(process, FakeUnixSocket.address(path));
            return vm;
        });
        return vm;
    }

    /// A VM of a process, without a path of its own.
    public static FakeVm unbound(FakeXnu process) {
        synchronized (process.kernel()) {
            int type = (int) Abi.constant("SOCK_DGRAM");
            FakeUnixSocket socket = new FakeUnixSocket(process.process(), type);
            return new FakeVm(process, socket, process.process().open(socket));
        }
    }

    /// A VM that got its socket from the daemon, see [FakeXnu#hand].
    public static FakeVm with(FakeXnu process, int descriptor) {
        synchronized (process.kernel()) {
            FakeSocket socket = process.process().socket(descriptor);
            return new FakeVm(process, (FakeUnixSocket) socket, descriptor);
        }
    }

    /// Connects to the daemon's socket.
    public FakeVm connect(String path) {
        return locked(() -> {
            socket.connect(process, FakeUnixSocket.address(path));
            return this;
        });
    }

    /// Sends what vfkit sends first.
    public FakeVm hello() {
        send("VFKT".getBytes(US_ASCII));
        return this;
    }

    /// Sets the sizes of the buffers, as the VM tool does it at its end.
    public FakeVm buffers(int send, int receive) {
        return locked(() -> {
            socket.sendSize = send;
            Refused.when(!socket.received.resize(receive), "ENOBUFS");
            return this;
        });
    }

    /// Sends a frame; false where the daemon's end is full.
    public boolean send(byte[] frame) {
        return locked(() -> {
            try {
                socket.send(process, null, frame.clone());
                return true;
            } catch (Refused e) {
                Refused.when(!e.is("ENOBUFS"), e.errno());
                return false;
            }
        });
    }

    /// The next frame, null where there is none.
    public byte @Nullable [] receive() {
        return receive(Duration.ZERO);
    }

    /// The next frame, null where none comes in time.
    public byte @Nullable [] receive(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (kernel) {
            while (true) {
                try {
                    return socket.receive(process, DONT_WAIT).data();
                } catch (Refused e) {
                    if (!e.is("EAGAIN")) {
                        throw new IllegalStateException(e.errno());
                    }
                }
                if (System.nanoTime() >= deadline) {
                    return null;
                }
                kernel.sleepUntil(process.process(), deadline);
            }
        }
    }

    /// Bytes of the frames that lie there unread.
    public long unread() {
        return locked(socket.received::payload);
    }

    /// Closes the socket, its file left behind.
    @Override
    public void close() {
        locked(() -> process.process().close(descriptor));
    }

    private <T> T locked(Supplier<T> action) {
        synchronized (kernel) {
            try {
                return action.get();
            } catch (Refused e) {
                throw new IllegalStateException(e.errno());
            }
        }
    }
}
