package switchd.attach;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.FileStatus;
import switchd.posix.Posix;
import switchd.posix.UnixAddress;

/// A VM's end of a datagram socket: the path it is bound to, and which incarnation of it we know.
///
/// Made and asked with the rights of the port's owner.
final class Client implements AutoCloseable {
    /// What has become of a client.
    enum Fate {
        /// It is there.
        ALIVE,
        /// Nobody is at its path.
        GONE,
        /// Somebody else is at its path.
        REPLACED
    }

    private final Arena arena = Arena.ofConfined();
    private final Posix posix;
    private final String name;
    private final byte[] nameBytes;
    private final String path;
    private final UnixAddress address;
    private @Nullable FileStatus status;

    /// @param name the path as the client bound it, and as its datagrams give it
    /// @param directory where a relative path is looked up: vfkit binds relative to the directory
    ///   it runs in where its unixSocketPath is relative, and that is ours as it found our socket
    ///   there
    /// @throws UsageException where the path is too long
    Client(Posix posix, String name, String directory) throws UsageException {
        this.posix = posix;
        this.name = name;
        this.nameBytes = name.getBytes(UTF_8);
        this.path =
                name.startsWith("/")
                        ? name
                        : directory + "/" + name.substring(name.lastIndexOf('/') + 1);
        this.address = UnixAddress.of(arena, path);
    }

    /// The path it is bound to.
    String path() {
        return path;
    }

    /// The path as its datagrams give it.
    String name() {
        return name;
    }

    /// As [#name()], in bytes.
    byte[] nameBytes() {
        return nameBytes;
    }

    /// Connects our socket to the client.
    ///
    /// @throws SwitchdException where it cannot be reached
    void connect(int fd) throws SwitchdException {
        int result = posix.connect(fd, address.memory(), address.length());
        SyscallException.check("connect(" + path + ")", result);
        status = FileStatus.of(posix, path);
    }

    /// Finds out what has become of the client, without sending anything.
    ///
    /// Connecting again to the socket that we are connected to changes nothing; a dead one refuses;
    /// one that is connected to somebody else is a new client that has bound the old path. On Linux
    /// that gives EPERM; elsewhere, and for a new client that never connects, only the file tells.
    ///
    /// @param fd our connected socket
    Fate fate(int fd) {
        try {
            FileStatus now = FileStatus.of(posix, path);
            if (now == null) {
                return Fate.GONE;
            }
            int result = posix.connect(fd, address.memory(), address.length());
            if (Errno.EPERM.is(result)) {
                return Fate.REPLACED;
            }
            if (result < 0) {
                return Fate.GONE;
            }
            return now.equals(status) ? Fate.ALIVE : Fate.REPLACED;
        } catch (SyscallException _) {
            return Fate.GONE; // the owner himself cannot look at the path any more
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
