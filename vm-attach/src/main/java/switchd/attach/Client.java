package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.Credentials;
import switchd.posix.FileStatus;
import switchd.posix.Owner;
import switchd.posix.PeerProcess;
import switchd.posix.Posix;
import switchd.posix.UnixAddress;

/// A VM's end of a datagram socket: the path it is bound to, and the file that was there when we
/// met it.
///
/// What connects is done with the rights of the client, see [#rights()].
final class Client implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Posix posix;
    private final String name;
    private final byte[] nameBytes;
    private final String path;
    private final Owner rights;
    private final int pid;
    private final UnixAddress address;
    private final MemorySegment pathMemory;
    private final MemorySegment statusMemory;
    private final MemorySegment peer;
    private final MemorySegment peerLength;
    private @Nullable FileStatus file;
    private boolean connected;

    /// @param name the path as the client bound it, and as its datagrams give it
    /// @param beside our socket, in whose directory a relative path is looked up: vfkit binds
    ///   relative to the directory it runs in where its unixSocketPath is relative, and that is
    ///   ours as it found our socket there
    /// @param sender what the kernel says of the client, null where it says nothing
    /// @throws UsageException where the path is too long
    /// @throws SyscallException where the path cannot be looked at
    Client(Posix posix, String name, SocketPath beside, @Nullable Credentials sender)
            throws UsageException, SyscallException {
        this.posix = posix;
        this.name = name;
        this.nameBytes = name.getBytes(UTF_8);
        this.path =
                name.startsWith("/")
                        ? name
                        : beside.directory() + "/" + name.substring(name.lastIndexOf('/') + 1);
        this.rights = beside.rightsOf(sender, path);
        this.pid = sender == null ? 0 : sender.pid();
        this.address = UnixAddress.of(arena, path);
        this.pathMemory = arena.allocateFrom(path);
        this.statusMemory = FileStatus.allocate(arena);
        this.peer = arena.allocate(UnixAddress.BYTES, Long.BYTES);
        this.peerLength = arena.allocate(JAVA_INT);
    }

    /// A client's path as a line of a log can bear it: the client chose it.
    static String printable(String path) {
        return path.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    /// The path it is bound to.
    String path() {
        return path;
    }

    /// Whose rights reach it.
    Owner rights() {
        return rights;
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
    /// @throws SwitchdException where it cannot be reached, or its path leads to another socket
    void connect(int fd) throws SwitchdException {
        int result = posix.connect(fd, address.memory(), address.length());
        SyscallException.check("connect(" + printable(path) + ")", result);
        connected = true;
        if (!isPeerOf(fd)) {
            throw new HostException(printable(path) + " leads to the socket of another program");
        }
        file = look();
    }

    /// Takes note of the client that our socket was connected to before this process.
    ///
    /// @return true
    boolean meetAgain(int fd) throws HostException {
        if (!isPeerOf(fd)) {
            throw new HostException("its VM is gone");
        }
        connected = true;
        file = look();
        return true;
    }

    /// The process that sent the first datagram, or used the client's socket last; 0 where the
    /// kernel does not tell.
    ///
    /// @param fd our socket, connected to it
    int process(int fd) {
        return pid > 0 ? pid : PeerProcess.of(posix, fd);
    }

    /// True once a socket of ours was connected, if only to whatever took the client's path.
    boolean wasConnected() {
        return connected;
    }

    /// True where the file at the path is the very one that was there when we met: then a datagram
    /// of this name is the client's. Allocates nothing: it is asked for every batch of a client
    /// that never connects.
    boolean holdsItsPath() {
        FileStatus known = file;
        return known != null && known.isStillAt(posix, pathMemory, statusMemory);
    }

    /// True where the client is certainly alive: its file is in its place, and the kernel says that
    /// our socket is connected to it. Nothing is sent.
    ///
    /// Darwin disconnects a socket when its peer dies. Linux goes on naming a dead peer, until the
    /// socket is connected to it once more; where it is alive, that changes nothing. (On Darwin it
    /// would end the connection first, and leave it so where the path cannot be looked up.)
    ///
    /// @param fd our socket, connected to it
    boolean answers(int fd) {
        return holdsItsPath()
                && isPeerOf(fd)
                && (Kernel.current() == Kernel.DARWIN
                        || posix.connect(fd, address.memory(), address.length()) >= 0);
    }

    /// Takes note of changed rights or times of its file.
    ///
    /// @return true where the file is in its place; while the client lives, no other has its number
    boolean recognise() {
        FileStatus now = look();
        FileStatus known = file;
        if (now == null || (known != null && !now.isSameFile(known))) {
            return false;
        }
        file = now;
        return true;
    }

    /// The kernel's word: a link at the path, or another file put there in the nick of time, leads
    /// to a socket of another name.
    private boolean isPeerOf(int fd) {
        peerLength.set(JAVA_INT, 0, UnixAddress.BYTES);
        int result = posix.getpeername(fd, peer, peerLength);
        return result >= 0 && UnixAddress.path(peer, 0, peerLength.get(JAVA_INT, 0)).equals(name);
    }

    private @Nullable FileStatus look() {
        try {
            return FileStatus.of(posix, path);
        } catch (SyscallException _) {
            return null; // nobody can say what is there
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
