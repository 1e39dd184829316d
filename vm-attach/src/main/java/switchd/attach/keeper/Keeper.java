package switchd.attach.keeper;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import switchd.attach.keeper.Message.Verb;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.DescriptorMessage;
import switchd.posix.Fd;
import switchd.posix.FileStatus;
import switchd.posix.NativePosix;
import switchd.posix.OwnSession;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketPair;
import switchd.posix.UnixAddress;

/// The process that holds VMs' links: it gives them to the daemon that connects, and hears from it
/// of others while it lives. It ends when the daemon says so, when a daemon has ended of which it
/// holds nothing, and when none has come back in time.
///
/// One daemon is served at a time. Who does not greet within seconds, or leaves a message half
/// said, makes way for the next.
public final class Keeper {
    /// How many descriptors it holds at most, up to two for each VM; what comes beyond is closed.
    static final int MOST = 2048;

    /// How long a daemon may take to greet, or for the rest of a message.
    private static final int GREETING_SECONDS = 2;

    private static final int PRIVATE = 0177;
    private static final long RETRY_NANOS = 100_000_000;

    private final Posix posix;
    private final Arena arena;
    private final String path;
    private int seconds;
    private final Map<String, Integer> held = new LinkedHashMap<>();
    private volatile @Nullable FileStatus bound;

    private Keeper(Arena arena, String path, int seconds) {
        this.posix = new NativePosix(arena);
        this.arena = arena;
        this.path = path;
        this.seconds = seconds;
    }

    /// Runs until it is not needed any more.
    ///
    /// @param args the path to listen at, and how many seconds without a daemon are too many until
    ///   a daemon says otherwise
    /// @throws SwitchdException where it cannot listen
    public static void main(String[] args) throws SwitchdException {
        OwnSession.begin();
        try (Arena arena = Arena.ofShared()) {
            Keeper keeper = new Keeper(arena, args[0], Integer.parseInt(args[1]));
            keeper.run();
        }
        Runtime.getRuntime().halt(0); // the timer's thread would keep it
    }

    private void run() throws SwitchdException {
        rehearse();
        int listening = listen();
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            boolean needed = true;
            while (needed) {
                Future<?> end = timer.schedule(this::end, seconds, TimeUnit.SECONDS);
                int connected = accept(listening);
                end.cancel(false);
                needed = serve(new KeeperSocket(posix, new Fd(posix, connected), GREETING_SECONDS));
            }
            end();
        }
    }

    /// Has all classes loaded that this takes: an upgrade may put others in the place of the files
    /// that they come from.
    private void rehearse() throws SwitchdException {
        SocketPair pair = SocketPair.ofStreams(posix);
        try (KeeperSocket daemon = new KeeperSocket(posix, pair.near(), GREETING_SECONDS);
                KeeperSocket own = new KeeperSocket(posix, pair.far(), GREETING_SECONDS)) {
            daemon.send(Greeting.of(seconds).toMessage());
            daemon.send(new Message(Verb.LINK, "rehearsal", pair.near().number()));
            daemon.send(Message.of(Verb.FORGET, "rehearsal"));
            daemon.send(Message.of(Verb.END, ""));
            talk(own);
        }
    }

    /// Goes on where the host is out of descriptors or memory: what is held must not be lost by it.
    private int accept(int listening) {
        int connected = posix.accept(listening, MemorySegment.NULL, MemorySegment.NULL);
        while (connected < 0) {
            LockSupport.parkNanos(RETRY_NANOS);
            connected = posix.accept(listening, MemorySegment.NULL, MemorySegment.NULL);
        }
        return connected;
    }

    private int listen() throws SwitchdException {
        int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        SyscallException.check("socket(AF_UNIX, SOCK_STREAM)", number);
        UnixAddress address = UnixAddress.of(arena, path);
        posix.umask(PRIVATE);
        int result = posix.bind(number, address.memory(), address.length());
        SyscallException.check("bind(" + path + ")", result);
        bound = FileStatus.of(posix, path);
        SyscallException.check("listen(" + path + ")", posix.listen(number, 1));
        return number;
    }

    private void end() {
        try (Arena memory = Arena.ofConfined()) {
            Posix own = new NativePosix(memory);
            FileStatus mine = bound;
            FileStatus there = FileStatus.of(own, path);
            // Another keeper has it where this one did not answer.
            if (mine != null && there != null && mine.isSameFile(there)) {
                own.unlink(memory.allocateFrom(path));
            }
        } catch (SyscallException _) {
            // Nobody can say whose it is: the next daemon finds out that nobody listens.
        }
        Runtime.getRuntime().halt(0);
    }

    /// @return whether another daemon may come
    private boolean serve(KeeperSocket daemon) {
        try (daemon) {
            daemon.checkPeer();
            return talk(daemon);
        } catch (SwitchdException | LinkageError _) {
            return true; // the next one may do better
        }
    }

    private boolean talk(KeeperSocket daemon) throws SwitchdException {
        daemon.beginPatience();
        Greeting theirs = daemon.greet(Greeting.of(seconds));
        if (theirs.isOurs() && theirs.seconds() > 0) {
            seconds = theirs.seconds();
        }
        for (Map.Entry<String, Integer> link : held.entrySet()) {
            daemon.send(new Message(Verb.LINK, link.getKey(), link.getValue()));
        }
        daemon.send(Message.of(Verb.ALL, ""));
        daemon.awaitMessages();
        Message message = daemon.receive();
        while (message != null && message.verb() != Verb.END) {
            take(message);
            message = daemon.receive();
        }
        return message == null && !held.isEmpty();
    }

    private void take(Message message) {
        int descriptor = message.descriptor();
        @Nullable Integer old = held.remove(message.name());
        if (old != null) {
            posix.close(old);
        }
        if (descriptor == DescriptorMessage.NONE) {
            return;
        }
        if (message.verb() == Verb.LINK && held.size() < MOST) {
            held.put(message.name(), descriptor);
        } else {
            posix.close(descriptor);
        }
    }
}
