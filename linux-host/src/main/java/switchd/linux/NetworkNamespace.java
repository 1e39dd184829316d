package switchd.linux;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// A network namespace with a thread that lives in it: a host's network to play with. Its loopback
/// interface is up, there is no other. It goes, with all that is in it, when it is closed and no
/// socket of it is left.
///
/// Threads and processes that the thread starts are in the namespace too; sockets belong to the
/// namespace that they were made in, whoever uses them.
public final class NetworkNamespace implements AutoCloseable {
    private static final String SELF = "/proc/thread-self/ns/net";
    private static final Path NAMED = Path.of("/run/netns");

    /// Work in the namespace.
    @FunctionalInterface
    public interface Work<T> {
        /// @param linux the calls of the namespace's thread, for this thread alone
        T run(Linux linux) throws Exception;
    }

    private final ExecutorService thread;
    private final Arena arena;
    private final Linux linux;
    private final Fd fd;

    private NetworkNamespace(ExecutorService thread, Arena arena, Linux linux, Fd fd) {
        this.thread = thread;
        this.arena = arena;
        this.linux = linux;
        this.fd = fd;
    }

    /// @param name for the thread, for people
    /// @throws switchd.core.PermissionException without root
    public static NetworkNamespace open(String name) throws SwitchdException {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
        try {
            return await(thread, () -> enter(thread));
        } catch (SwitchdException | RuntimeException e) {
            thread.shutdown();
            throw e;
        }
    }

    private static NetworkNamespace enter(ExecutorService thread) throws SwitchdException {
        Arena arena = Arena.ofConfined();
        Linux linux = new NativeLinux(arena);
        int result = linux.unshare(LinuxConstants.CLONE_NEWNET);
        if (result < 0) {
            throw Refusal.of(
                    "making a network namespace",
                    new SyscallException("unshare(CLONE_NEWNET)", result));
        }
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            netlink.setUp(new InterfaceName("lo"));
        }
        // Read only.
        int flags = PosixConstants.O_CLOEXEC;
        int fd = linux.open(arena.allocateFrom(SELF), flags);
        SyscallException.check("open(" + SELF + ")", fd);
        return new NetworkNamespace(thread, arena, linux, new Fd(linux, fd));
    }

    /// Does `work` in the namespace and gives its result. Not to be called by such work.
    ///
    /// @throws SwitchdException what `work` threw; another checked exception comes as the cause of
    ///   an [IllegalStateException]
    public <T> T call(Work<T> work) throws SwitchdException {
        return await(thread, () -> work.run(linux));
    }

    /// The descriptor by which others name the namespace. It is closed with it.
    public int fd() {
        return fd.number();
    }

    /// Gives the namespace a name, as `ip netns add` does: it stays until `ip netns delete NAME`.
    ///
    /// @throws SwitchdException where the name is taken, or the kernel refuses
    public void keep(String name) throws SwitchdException {
        call(current -> {
            Path file = Files.createFile(Files.createDirectories(NAMED).resolve(name));
            try (Arena memory = Arena.ofConfined()) {
                int result =
                        current.mount(
                                memory.allocateFrom(SELF),
                                memory.allocateFrom(file.toString()),
                                LinuxConstants.MS_BIND);
                SyscallException.check("mount(" + file + ", MS_BIND)", result);
                return true;
            } catch (SyscallException e) {
                Files.delete(file);
                throw e;
            }
        });
    }

    /// Ends the thread and gives the namespace up. Closing twice is no error.
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> {
            fd.close();
            arena.close();
        });
        thread.close();
    }

    private static <T> T await(ExecutorService thread, Callable<T> work) throws SwitchdException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static IllegalStateException unwrapped(ExecutionException e) throws SwitchdException {
        @Nullable Throwable cause = e.getCause();
        if (cause instanceof SwitchdException known) {
            throw known;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }
}
