package switchd.attach.keeper;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;

/// Starts keepers, as processes of their own.
///
/// A process whose threads give up the right to run a program sets one apart that keeps it, and may
/// do nothing else: the keepers that it starts may do no more.
public final class KeeperLauncher {
    private static final AtomicReference<@Nullable ExecutorService> APART = new AtomicReference<>();

    private KeeperLauncher() {}

    /// Gives up rights.
    @FunctionalInterface
    public interface Confinement {
        /// On the thread that it is to hold for.
        ///
        /// @throws SwitchdException where the kernel refuses
        void enter() throws SwitchdException;
    }

    /// Sets the thread apart, before others give up their rights.
    ///
    /// @param confinement what it gives up itself
    /// @throws SwitchdException where it cannot
    public static void prepare(Confinement confinement) throws SwitchdException {
        ExecutorService thread =
                Executors.newSingleThreadExecutor(
                        work -> Thread.ofPlatform().name("switchd-keep").daemon().unstarted(work));
        on(
                thread,
                () -> {
                    confinement.enter();
                    return true;
                });
        dismiss();
        APART.set(thread);
    }

    /// No keeper will be started: ends the thread, if there is one.
    public static void dismiss() {
        ExecutorService thread = APART.getAndSet(null);
        if (thread != null) {
            thread.shutdown();
        }
    }

    /// Starts one.
    ///
    /// @param path where it listens
    /// @param seconds how long it holds links while no daemon runs
    /// @throws SwitchdException where it cannot be started
    static ProcessHandle start(String path, int seconds) throws SwitchdException {
        ProcessBuilder builder =
                new ProcessBuilder(command(path, seconds))
                        .directory(new File("/"))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        ExecutorService thread = APART.get();
        try {
            Process started = thread == null ? builder.start() : on(thread, builder::start);
            return started.toHandle();
        } catch (IOException e) {
            throw new HostException(
                    "cannot start the process that holds VMs' sockets: " + e.getMessage());
        }
    }

    private static <T> T on(ExecutorService thread, Callable<T> work) throws SwitchdException {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SwitchdException known) {
                throw known;
            }
            throw new HostException(
                    "cannot start the process that holds VMs' sockets: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted while the sockets' keeper starts");
        }
    }

    private static List<String> command(String path, int seconds) {
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
        return command;
    }
}
