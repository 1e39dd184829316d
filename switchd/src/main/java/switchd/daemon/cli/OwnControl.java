package switchd.daemon.cli;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.config.ControlConfig;
import switchd.daemon.config.Settings;
import switchd.daemon.control.Control;
import switchd.daemon.control.ControlPlace;
import switchd.daemon.control.ControlSpec;

/// The control socket of the daemon that this process is to be.
///
/// @param socket its path, or `none`; null for the usual place
/// @param group as in [ControlSpec]
/// @param mode octal; null for the usual one
/// @param descriptor as in [ControlSpec]
/// @param required whether the daemon does without where it cannot be had
record OwnControl(
        @Nullable String socket,
        @Nullable String group,
        @Nullable String mode,
        @Nullable Integer descriptor,
        boolean required) {
    private static final Logger LOG = System.getLogger("switchd.daemon");

    /// In place of a path.
    static final String NONE = "none";

    /// As the settings say. A daemon that runs from a file is one that is operated, and one that
    /// was told where to listen has to.
    ///
    /// @param sockets that a service manager listens on for this process, by descriptor
    static OwnControl of(Settings settings, List<Integer> sockets) {
        Integer passed = sockets.isEmpty() ? null : sockets.getFirst();
        ControlConfig control = settings.config().control();
        boolean required = settings.file() != null;
        if (control == null) {
            return new OwnControl(null, null, null, passed, required);
        }
        return new OwnControl(
                control.socket(),
                control.group(),
                control.mode(),
                passed,
                required || control.socket() != null);
    }

    /// Listens there. Before anything else is opened: a second daemon ends here.
    ///
    /// @return null where there is to be none, or none can be had and it is not required
    /// @throws SwitchdException where it cannot be had and is required
    @Nullable Control listen() throws SwitchdException {
        if (NONE.equals(socket)) {
            return null;
        }
        try {
            Path path = socket == null ? ControlPlace.ofDaemon() : Path.of(socket);
            Integer bits = mode == null ? null : Integer.valueOf(mode, 8);
            return Control.listen(new ControlSpec(path, descriptor, group, bits));
        } catch (SwitchdException e) {
            if (required) {
                throw e;
            }
            // Without a place there is nothing to mend: that is how it was asked for.
            Level level = e instanceof UsageException ? Level.DEBUG : Level.WARNING;
            LOG.log(level, "control: no commands are served: " + e.getMessage());
            return null;
        }
    }
}
