package switchd.attach.keeper;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final int ANSWER_SECONDS = 2;
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long RETRY_MILLIS = 20;

    private static final AtomicReference<@Nullable ExecutorService> APART = new AtomicReference<>();

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final String path;
    private final int seconds;
    private @Nullable KeeperSocket socket;

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

    /// Sets a thread apart that starts the keeper, once, and ends: for a process whose other
    /// threads are about to give up the right to run a program.
    public static void prepare() {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        work -> Thread.ofPlatform().name("switchd-keep").daemon().unstarted(work));
        thread.execute(() -> {}); // it is there from now on
        APART.set(thread);
    }

    /// What a daemon before this one has left.
    ///
    /// @throws SwitchdException where there is a keeper that cannot be asked
    public List<Kept> takeBack() throws SwitchdException {
        return connect();
    }

    /// Has a link held.
    ///
    /// @param descriptor a copy of it goes to the keeper
    /// @throws SwitchdException where there is no keeper and none can be started
    public void keep(String name, int descriptor) throws SwitchdException {
        if (socket == null) {
            start();
        }
        send(new Message(Verb.LINK, name, descriptor));
    }

    /// Has a link not held any more.
    ///
    /// @throws SwitchdException where the keeper is gone
    public void forget(String name) throws SwitchdException {
        send(Message.of(Verb.FORGET, name));
    }

    /// Has all links closed, and the keeper end.
    ///
    /// @throws SwitchdException where it is gone
    public void dismiss() throws SwitchdException {
        send(Message.of(Verb.END, ""));
        close(socket);
        socket = null;
    }

    /// Has a keeper end that waits for a daemon; its path is free when this returns.
    ///
    /// @return false where there is none
    /// @throws SwitchdException where it does not answer, as it hangs or works for a daemon
    public boolean end() throws SwitchdException {
        connect().forEach(kept -> posix.close(kept.fd()));
        KeeperSocket connected = socket;
        if (connected == null) {
            return false;
        }
        send(Message.of(Verb.END, ""));
        try (Arena memory = Arena.ofConfined()) {
            while (connected.receive() != null) {
                // It has said all already.
            }
            posix.unlink(memory.allocateFrom(path)); // as it does itself, a moment later
        } finally {
            close(connected);
            socket = null;
        }
        return true;
    }

    private void send(Message message) throws SwitchdException {
        KeeperSocket connected = socket;
        if (connected == null) {
            return;
        }
        try {
            connected.send(message);
        } catch (SyscallException e) {
            close(connected);
            socket = null;
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
        KeeperSocket fresh = new KeeperSocket(posix, new Fd(posix, number));
        List<Kept> held = new ArrayList<>();
        try (Arena memory = Arena.ofConfined()) {
            // Before it connects: Linux waits for room in the queue of one that hangs.
            fresh.timeout(PosixConstants.SO_RCVTIMEO, ANSWER_SECONDS);
            fresh.timeout(PosixConstants.SO_SNDTIMEO, ANSWER_SECONDS);
            UnixAddress address = UnixAddress.of(memory, path);
            int result = posix.connect(number, address.memory(), address.length());
            if (Errno.ENOENT.is(result) || Errno.ECONNREFUSED.is(result)) {
                fresh.close();
                return held;
            }
            SyscallException.check("connect(" + path + ")", result);
            fresh.checkPeer();
            Message message = fresh.receive();
            while (message != null && message.verb() == Verb.LINK) {
                int descriptor = message.descriptor();
                LinkName.parse(message.name())
                        .ifPresentOrElse(
                                name -> held.add(new Kept(name, descriptor)),
                                () -> posix.close(descriptor));
                message = fresh.receive();
            }
            if (message == null) {
                throw new HostException("the sockets' keeper has ended: VMs have to attach again");
            }
            socket = fresh;
            return held;
        } catch (SwitchdException e) {
            held.forEach(kept -> posix.close(kept.fd()));
            fresh.close();
            throw e;
        }
    }

    /// Starts a keeper, and connects to it.
    private void start() throws SwitchdException {
        FileStatus there = FileStatus.of(posix, path);
        if (there != null && there.isSocket()) {
            try (Arena memory = Arena.ofConfined()) {
                posix.unlink(memory.allocateFrom(path)); // of one that was killed: nobody listened
            }
        }
        Process started = launch();
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

    private Process launch() throws HostException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xms4m",
                        "-Xmx8m",
                        "-Xss256k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xshare:auto"));
        String modules = System.getProperty("jdk.module.path");
        if (modules == null) {
            command.addAll(
                    List.of(
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Keeper.class.getName()));
        } else {
            command.addAll(
                    List.of(
                            "--enable-native-access=switchd.posix",
                            "-p",
                            modules,
                            "-m",
                            "switchd.attach/" + Keeper.class.getName()));
        }
        command.addAll(List.of(path, Integer.toString(seconds)));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        try {
            return start(builder);
        } catch (IOException e) {
            throw new HostException(
                    "cannot start the process that holds VMs' sockets: "
                            + e.getMessage()
                            + ": start switchd again, with --keep-sockets");
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException, HostException {
        ExecutorService thread = APART.getAndSet(null);
        if (thread == null) {
            return builder.start();
        }
        try (thread) {
            return thread.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while the sockets' keeper starts");
        }
    }

    private static void close(@Nullable KeeperSocket connected) {
        if (connected != null) {
            connected.close();
        }
    }

    /// Leaves the keeper, which waits for the next daemon. Closing twice is no error.
    @Override
    public void close() {
        close(socket);
        socket = null;
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
