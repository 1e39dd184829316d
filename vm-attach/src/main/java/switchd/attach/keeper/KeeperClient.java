package switchd.attach.keeper;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.attach.KeptLinks.Kept;
import switchd.attach.LinkName;
import switchd.attach.keeper.Message.Verb;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.FileStatus;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// The daemon's end of the connection to a [Keeper], which is started when there is something to
/// hold. For one thread; calls may take as long as a process takes to start.
public final class KeeperClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger(KeeperClient.class.getName());

    /// Longer than a keeper waits for somebody who says nothing.
    private static final int ANSWER_SECONDS = 5;

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long RETRY_MILLIS = 20;

    /// Between two starts, twice as long each time up to the longer one, where the last keeper has
    /// not lived for that.
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final String path;
    private final int seconds;
    private final Copies held = new Copies(posix);
    private @Nullable KeeperSocket socket;
    private boolean outdated;
    private long pauseNanos = PAUSE_NANOS;
    private long startedAt = System.nanoTime() - LONG_NANOS;

    /// @param path where the keeper listens, in a directory that nobody else may write to
    /// @param seconds how long it holds links while no daemon runs
    public KeeperClient(String path, int seconds) {
        this.path = path;
        this.seconds = seconds;
    }

    /// Where the keeper of a daemon listens.
    ///
    /// @param control path of its control socket
    public static String beside(String control) {
        return control + ".keep";
    }

    /// What a daemon before this one has left.
    ///
    /// @throws SwitchdException where there is a keeper that cannot be asked
    public List<Kept> takeBack() throws SwitchdException {
        List<Kept> kept = connect();
        kept.forEach(each -> held.add(each.name().toString(), each.fd()));
        return kept;
    }

    /// Has a link held.
    ///
    /// @param descriptor a copy of it goes to the keeper
    /// @throws SwitchdException where there is no keeper and none can be started
    public void keep(String name, int descriptor) throws SwitchdException {
        held.add(name, descriptor);
        if (!restore()) {
            send(new Message(Verb.LINK, name, descriptor));
        }
    }

    /// Has a link not held any more.
    ///
    /// @throws SwitchdException where the keeper is gone, and no other can be started
    public void forget(String name) throws SwitchdException {
        held.remove(name);
        if (!restore()) {
            send(Message.of(Verb.FORGET, name));
        }
    }

    /// Starts a keeper where there is none for what is to be held: it has ended, or is of another
    /// version. Where they end again and again, some time is let go by.
    ///
    /// @return whether one was started
    /// @throws SwitchdException where none can be
    public boolean restore() throws SwitchdException {
        KeeperSocket connected = socket;
        if (connected != null && connected.isOver()) {
            LOG.log(
                    Level.WARNING,
                    "the process that holds VMs' sockets has ended"
                            + (held.isEmpty() ? "" : ": another one is started"));
            leave();
        }
        boolean isThere = socket != null && !outdated;
        if (isThere || held.isEmpty() || !mayStart(System.nanoTime())) {
            return false;
        }
        if (outdated) {
            dismissKeeper();
        }
        start();
        for (Map.Entry<String, Integer> link : held.all().entrySet()) {
            send(new Message(Verb.LINK, link.getKey(), link.getValue()));
        }
        return true;
    }

    private boolean mayStart(long now) {
        if (now - startedAt > LONG_NANOS) {
            pauseNanos = PAUSE_NANOS;
        }
        if (now - startedAt < pauseNanos) {
            return false;
        }
        startedAt = now;
        pauseNanos = Math.min(2 * pauseNanos, LONG_NANOS);
        return true;
    }

    /// Has all links closed, and the keeper end.
    ///
    /// @throws SwitchdException where it is gone
    public void dismiss() throws SwitchdException {
        held.close();
        send(Message.of(Verb.END, ""));
        leave();
    }

    /// Has a keeper end that waits for a daemon; its path is free when this returns.
    ///
    /// @return false where there is none
    /// @throws SwitchdException where it does not answer, as it hangs or works for a daemon
    public boolean end() throws SwitchdException {
        connect().forEach(kept -> posix.close(kept.fd()));
        boolean there = socket != null;
        if (there) {
            dismissKeeper();
        }
        removeSocket();
        return there;
    }

    /// Waits for its end, for as long as it takes to answer.
    private void dismissKeeper() throws SwitchdException {
        send(Message.of(Verb.END, ""));
        try {
            KeeperSocket connected = socket;
            while (connected != null && connected.receive() != null) {
                // It has said all already.
            }
        } finally {
            leave();
        }
    }

    private void leave() {
        if (socket != null) {
            socket.close();
        }
        socket = null;
        outdated = false;
    }

    private void send(Message message) throws SwitchdException {
        KeeperSocket connected = socket;
        if (connected == null) {
            return;
        }
        try {
            connected.send(message);
        } catch (SyscallException e) {
            leave();
            throw e;
        }
    }

    /// Connects where a keeper listens.
    ///
    /// @return what it holds; its descriptors are the caller's
    private List<Kept> connect() throws SwitchdException {
        int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        SyscallException.check("socket(AF_UNIX, SOCK_STREAM)", number);
        posix.fcntl(number, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        KeeperSocket fresh = new KeeperSocket(posix, new Fd(posix, number), ANSWER_SECONDS);
        List<Kept> links = new ArrayList<>();
        try (Arena memory = Arena.ofConfined()) {
            // Before it connects: Linux waits for room in the queue of one that hangs.
            fresh.beginPatience();
            UnixAddress address = UnixAddress.of(memory, path);
            int result = posix.connect(number, address.memory(), address.length());
            if (Errno.ENOENT.is(result) || Errno.ECONNREFUSED.is(result)) {
                fresh.close();
                return links;
            }
            SyscallException.check("connect(" + path + ")", result);
            fresh.checkPeer();
            Greeting theirs = fresh.greet(Greeting.of(seconds));
            Message message = fresh.receive();
            while (message != null && message.verb() == Verb.LINK) {
                take(message, links);
                message = fresh.receive();
            }
            if (message == null) {
                throw new HostException("the sockets' keeper has ended: VMs have to attach again");
            }
            socket = fresh;
            outdated = !theirs.isOurs();
            if (outdated) {
                LOG.log(
                        Level.INFO,
                        "the process that holds VMs' sockets is of another version, protocol "
                                + theirs.protocol()
                                + " instead of "
                                + Greeting.PROTOCOL
                                + ": it is replaced");
            }
            return links;
        } catch (SwitchdException e) {
            links.forEach(kept -> posix.close(kept.fd()));
            fresh.close();
            throw e;
        }
    }

    private void take(Message link, List<Kept> links) {
        int descriptor = link.descriptor();
        LinkName.parse(link.name())
                .ifPresentOrElse(
                        name -> links.add(new Kept(name, descriptor)),
                        () -> {
                            LOG.log(
                                    Level.INFO,
                                    "a link of another version is closed: " + link.name());
                            posix.close(descriptor);
                        });
    }

    /// Where somebody has been killed, or does not answer.
    private void removeSocket() throws SwitchdException {
        FileStatus there = FileStatus.of(posix, path);
        if (there != null && there.isSocket()) {
            try (Arena memory = Arena.ofConfined()) {
                posix.unlink(memory.allocateFrom(path));
            }
        }
    }

    /// Starts a keeper, and connects to it.
    private void start() throws SwitchdException {
        removeSocket();
        ProcessHandle started = KeeperLauncher.start(path, seconds);
        long deadline = System.nanoTime() + START_NANOS;
        while (socket == null) {
            connect().forEach(kept -> posix.close(kept.fd()));
            if (socket == null) {
                if (!started.isAlive() || System.nanoTime() > deadline) {
                    started.destroyForcibly();
                    throw new HostException(
                            "the process that holds VMs' sockets does not start: they will not"
                                    + " outlive a restart");
                }
                pause();
            }
        }
    }

    private static void pause() throws HostException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while the sockets' keeper starts");
        }
    }

    /// Leaves the keeper, which waits for the next daemon. Closing twice is no error.
    @Override
    public void close() {
        leave();
        if (arena.scope().isAlive()) {
            held.close();
            arena.close();
        }
    }
}
