package switchd.attach;

import org.jspecify.annotations.Nullable;
import switchd.posix.Credentials;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Has the link of a port's VM kept while the VM is attached.
///
/// Used by the loop's thread alone.
public final class LinkKeeper {
    private static final int FIRST = 3;

    private final LinkStore store;
    private final Posix posix;
    private final String port;
    private final SocketAccess access;
    private @Nullable String kept;

    LinkKeeper(LinkStore store, Posix posix, String port, SocketAccess access) {
        this.store = store;
        this.posix = posix;
        this.port = port;
        this.access = access;
    }

    /// One that keeps nothing.
    public static LinkKeeper none(Posix posix, String port, SocketAccess access) {
        return new LinkKeeper(LinkStore.NONE, posix, port, access);
    }

    /// Has the link of the VM that has attached kept. Where that fails, a restart will cut it off:
    /// nothing else is lost.
    ///
    /// @param path of the port's socket; empty for a descriptor
    void keep(LinkName.Kind kind, String path, @Nullable Credentials vm, int fd) {
        if (!store.isOn()) {
            return;
        }
        int copy = posix.fcntl(fd, PosixConstants.F_DUPFD_CLOEXEC, FIRST);
        if (copy < 0) {
            return;
        }
        String name = new LinkName(port, kind, LinkName.place(access, path), vm).toString();
        if (store.keep(name, copy)) {
            kept = name;
        } else {
            posix.close(copy);
        }
    }

    /// True where a link of that name is one of this port as it is now.
    boolean isOurs(LinkName name, String path) {
        return name.place().equals(LinkName.place(access, path));
    }

    /// Takes note that the link of that name goes on.
    void goOn(LinkName name) {
        kept = name.toString();
    }

    /// The VM is gone, and its link with it. Twice is no error.
    void forget() {
        String name = kept;
        if (name != null) {
            kept = null;
            store.forget(name);
        }
    }
}
