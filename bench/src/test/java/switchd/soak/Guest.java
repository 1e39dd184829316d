package switchd.soak;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.UmlGuest;

/// A guest with a kernel of its own, that is booted again and again.
final class Guest implements AutoCloseable {
    private static final int TRIES = 5;

    private final Lab lab;
    private final Path socket;
    private final String mac;
    private final String address;
    private @Nullable UmlGuest running;

    /// @param socket the port's
    Guest(Lab lab, Path socket, String mac, String address) {
        this.lab = lab;
        this.socket = socket;
        this.mac = mac;
        this.address = address;
    }

    /// Boots it where it does not run.
    synchronized void boot() {
        if (running == null) {
            UmlGuest guest = UmlGuest.boot(lab, socket, mac);
            running = guest;
            guest.address(address + "/24");
        }
    }

    /// Ends it, as `kill -9` does or as it does by itself, and boots it anew.
    synchronized void again(boolean isAbrupt) {
        UmlGuest old = running;
        running = null;
        if (old != null) {
            if (!isAbrupt) {
                old.powerOff();
            }
            old.close();
        }
        boot();
    }

    /// Whether it gets an answer from the LAN's host; boots it where that failed before.
    synchronized boolean talks() {
        for (int i = 0; i < TRIES; i++) {
            try {
                boot();
                UmlGuest guest = running;
                if (guest != null && guest.canPing(Lab.LAN_ADDRESS)) {
                    return true;
                }
            } catch (AssertionError | RuntimeException _) {
                close(); // the daemon was away while it booted
            }
        }
        return false;
    }

    String name() {
        return "guest " + address;
    }

    @Override
    public synchronized void close() {
        UmlGuest old = running;
        running = null;
        if (old != null) {
            old.close();
        }
    }
}
