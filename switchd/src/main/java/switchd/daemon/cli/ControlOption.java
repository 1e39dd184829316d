package switchd.daemon.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.control.ControlPlace;

/// Which daemon a command talks to.
class ControlOption {
    /// The usual end of a help text.
    static final String STATUS =
            "Exit status: 0 done, 64 wrong usage or nothing has that name, 69 no daemon runs or it"
                    + " cannot do it, 70 a bug, 77 not permitted.";

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description =
                    "The daemon's control socket. Default: switchd/control.sock in $XDG_RUNTIME_DIR"
                            + " where the user's own daemon has one, else in /run (macOS: /var/run).")
    private @Nullable Path control;

    /// The control socket.
    final Path control() {
        Path chosen = chosen();
        return chosen == null ? ControlPlace.usual() : chosen;
    }

    /// The control socket that was asked for; null where none was.
    final @Nullable Path chosen() {
        return control == null ? null : control.toAbsolutePath();
    }

    /// Connects to the daemon.
    ///
    /// @throws SwitchdException where there is none, or this user may not talk to it
    final ControlClient connect() throws SwitchdException {
        return ControlClient.connect(control());
    }
}
