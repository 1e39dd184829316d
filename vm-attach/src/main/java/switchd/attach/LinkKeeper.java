package switchd.attach;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.posix.Credentials;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Has the link of a port's VM kept while the VM is attached, and what the port learns of the VM
/// with it ([VmNote]).
///
/// Used by the loop's thread alone.
public final class LinkKeeper {
    private static final Logger LOG = System.getLogger(LinkKeeper.class.getName());
    private static final int FIRST = 3;

    /// Between two notes: a VM that makes itself addresses all the time costs no more than this.
    private static final long PAUSE_NANOS = 50_000_000;

    /// After this an address that the VM has made itself is its own (RFC 6620), or not.
    private static final long SETTLED_NANOS = 600_000_000;

    private final LinkStore store;
    private final Posix posix;
    private final EventLoop loop;
    private final Port port;
    private final SocketAccess access;
    private final LoopTimer due;
    private final LoopTimer settled;
    private @Nullable LinkName kept;
    private @Nullable Letter letter;
    private long writtenAt;

    LinkKeeper(LinkStore store, Posix posix, EventLoop loop, Port port, SocketAccess access) {
        this.store = store;
        this.posix = posix;
        this.loop = loop;
        this.port = port;
        this.access = access;
        this.due = loop.timer(this::write);
        this.settled = loop.timer(this::write);
        this.writtenAt = loop.now() - PAUSE_NANOS;
        port.policy().whenLearning(this::learning);
    }

    /// One that keeps nothing.
    public static LinkKeeper none(Posix posix, EventLoop loop, Port port, SocketAccess access) {
        return new LinkKeeper(LinkStore.NONE, posix, loop, port, access);
    }

    /// Has the link of the VM that has attached kept. Where that fails, a restart will cut it off:
    /// nothing else is lost.
    ///
    /// @param path of the port's socket; empty for a descriptor
    void keep(LinkName.Kind kind, String path, @Nullable Credentials vm, int fd) {
        if (!store.isOn()) {
            return;
        }
        LinkName name = new LinkName(port.name(), kind, LinkName.place(access, path), vm);
        if (hold(name, fd)) {
            kept = name;
        }
    }

    private boolean hold(LinkName name, int fd) {
        int copy = posix.fcntl(fd, PosixConstants.F_DUPFD_CLOEXEC, FIRST);
        if (copy < 0) {
            return false;
        }
        boolean taken = store.keep(name.toString(), copy);
        if (!taken) {
            posix.close(copy);
        }
        return taken;
    }

    /// True where a link of that name is one of this port as it is now.
    boolean isOurs(LinkName name, String path) {
        return name.place().equals(LinkName.place(access, path));
    }

    /// Takes note that the link of that name goes on.
    void goOn(LinkName name) {
        kept = name;
    }

    private void learning() {
        if (kept != null && store.isOn()) {
            due.set(Math.max(0, writtenAt + PAUSE_NANOS - loop.now()));
            settled.set(SETTLED_NANOS);
        }
    }

    /// Writes down what is known now.
    private void write() {
        LinkName link = kept;
        if (link == null) {
            return;
        }
        writtenAt = loop.now();
        byte[] note = VmNote.write(port.policy().learnt(), loop.now(), System.currentTimeMillis());
        try {
            Letter known = letter;
            if (known != null) {
                known.write(note);
                return;
            }
            Letter fresh = Letter.open(posix);
            letter = fresh;
            fresh.write(note);
            store.forget(link.note().toString()); // that of the daemon before
            hold(link.note(), fresh.fd());
        } catch (SwitchdException e) {
            LOG.log(
                    Level.DEBUG,
                    port.name()
                            + ": a restart will not know the VM's addresses: "
                            + e.getMessage());
        }
    }

    /// The VM is gone, and its link with it. Twice is no error.
    void forget() {
        LinkName name = kept;
        due.cancel();
        settled.cancel();
        if (name != null) {
            kept = null;
            store.forget(name.toString());
        }
        if (letter != null) {
            letter.close();
            letter = null;
            if (name != null) {
                store.forget(name.note().toString());
            }
        }
    }
}
