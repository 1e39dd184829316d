package switchd.daemon.control;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Selector;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.posix.NativePosix;
import switchd.posix.Posix;

/// Serves the clients of a control socket by one thread of its own, `switchd-control`.
final class ControlServer implements AutoCloseable {
    private static final long STOP_MILLIS = 1_000;

    private final ControlLoop loop;
    private final Thread thread;

    private ControlServer(ControlLoop loop, Undo undo) {
        this.loop = loop;
        thread =
                Thread.ofPlatform()
                        .name("switchd-control")
                        .daemon()
                        .unstarted(() -> {
                            try (undo) {
                                loop.run();
                            } catch (SwitchdException e) {
                                throw new IllegalStateException("none of the steps throws", e);
                            }
                        });
    }

    /// Serves from here on whoever connects, or has done so already.
    ///
    /// @param socket closed by the server, also where it does not come about
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static ControlServer start(ControlSocket socket, Methods methods, LongSupplier clock)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(socket::close);
            Arena arena = Arena.ofShared();
            undo.push(arena::close);
            Posix posix = new NativePosix(arena);
            Selector selector = AFUNIXSelectorProvider.provider().openSelector();
            undo.push(() -> closeQuietly(selector));
            Rights rights = new Rights(posix.geteuid(), socket.group());
            ControlLoop loop =
                    new ControlLoop(socket.channel(), selector, methods, rights, posix, clock);
            ControlServer server = new ControlServer(loop, undo.take());
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new HostException("cannot serve the control socket: " + e.getMessage());
        }
    }

    private static void closeQuietly(Selector selector) {
        try {
            selector.close();
        } catch (IOException _) {
            // Nothing is left to be done.
        }
    }

    /// Has an event sent to those who have subscribed and may see it. From any thread; never waits.
    ///
    /// @param owner of the port whose event it is; null for one that administrators alone see
    /// @param event what JSON can be made of, unchangeable
    void publish(@Nullable Integer owner, Object event) {
        loop.events().offer(owner, event);
    }

    /// Takes leave of all clients and removes the socket; waits for that for a bounded time.
    /// Closing twice is no error.
    @Override
    public void close() {
        loop.stop();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
