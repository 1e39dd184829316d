package switchd.daemon.host;

import java.lang.foreign.Arena;
import switchd.attach.keeper.KeeperLauncher;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.darwin.NativeDarwin;
import switchd.linux.Confinement;
import switchd.linux.LinuxHost;
import switchd.posix.PosixHost;
import switchd.posix.SocketProcess;

/// Picks the host, once.
public final class Hosts {
    private Hosts() {}

    /// Takes from this thread, and from those that it starts, what the daemon never needs. Nothing
    /// on macOS, where rights are the process's: see `docs/security.md`.
    ///
    /// @throws SwitchdException where the kernel refuses
    public static void confine() throws SwitchdException {
        if (Kernel.current() == Kernel.LINUX) {
            SocketProcess.remember(); // later it could not name a daemon that has a port's socket
            KeeperLauncher.prepare(Confinement::enterToRun);
            Confinement.enter();
        }
    }

    /// The host for the running kernel.
    ///
    /// @param arena of the thread that the host is for
    /// @param writer for macOS
    /// @throws SwitchdException where it cannot be had
    public static PosixHost open(Arena arena, Writer writer) throws SwitchdException {
        return switch (Kernel.current()) {
            case LINUX -> {
                if (writer != Writer.AUTO) {
                    throw new UsageException("--writer is for macOS only: leave it out");
                }
                yield new LinuxHost(arena);
            }
            case DARWIN -> new DarwinHost(new NativeDarwin(arena), arena, writer);
        };
    }
}
