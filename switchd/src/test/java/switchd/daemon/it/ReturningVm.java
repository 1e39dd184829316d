package switchd.daemon.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import switchd.attach.testkit.VmSocket;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.VmClient;

/// A VM that attaches, sends a frame and is killed, again and again as fast as it can: at its port,
/// or at a socket that nobody reads.
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes
final class ReturningVm implements Neighbour {
    private final Path port;
    private final Path client;
    private final byte[] frame;
    private final VmSocket standIn;
    private final Thread thread;
    private volatile boolean ended;
    private volatile boolean bad;
    private volatile long lives;

    private ReturningVm(Path port, String mac) {
        this.port = port;
        this.client = port.resolveSibling("returning.sock");
        this.frame = Frames.sized(Lab.LAN_MAC, mac, 60);
        this.standIn = VmSocket.bound(port.resolveSibling("stand-in.sock"));
        this.thread = Thread.ofPlatform().name("returning").unstarted(this::run);
    }

    /// It goes to the stand-in at first.
    static ReturningVm start(Path port, String mac) {
        ReturningVm vm = new ReturningVm(port, mac);
        vm.thread.start();
        return vm;
    }

    private void run() {
        while (!ended) {
            live(bad ? port : standIn.local());
            if (bad) {
                lives = lives + 1;
            }
        }
    }

    private void live(Path server) {
        try {
            VmClient vm = VmClient.connected(server, client);
            vm.trySend(frame);
            vm.closeAbruptly();
        } catch (UncheckedIOException _) {
            // The one before was just being taken in, which the kernel does not allow.
        }
    }

    @Override
    public void bad(boolean isBad) {
        bad = isBad;
        if (isBad) {
            long before = lives;
            Await.until("lives", Await.SHORT, () -> lives > before + 100);
        }
    }

    @Override
    public long done() {
        return lives;
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
            Files.deleteIfExists(client);
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
        standIn.close();
    }
}
