package switchd.daemon.service;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import switchd.core.Kernel;
import switchd.core.UsageException;
import switchd.daemon.config.ControlConfig;
import switchd.daemon.control.ControlPlace;
import switchd.launchd.ControlSocket;
import switchd.posix.Ids;

/// Where things belong on a kernel. All paths are absolute.
///
/// @param kernel which one
/// @param config the configuration, where the operator names no other
/// @param state a directory that outlives a restart of the machine
/// @param log where the daemon's stderr goes; empty where the service manager keeps it
/// @param control the control socket as the service manager opens it
record Layout(Kernel kernel, String config, String state, String log, ControlSocket control) {
    /// Where an installation goes by itself.
    static final String PREFIX = "/opt/switchd";

    private static final String LOCAL = "/usr/local";
    private static final int CONTROL_MODE = 0660;
    private static final int ADMIN = 80;

    /// That of a kernel.
    static Layout of(Kernel kernel) {
        String socket = ControlPlace.ofService(kernel).toString();
        return switch (kernel) {
            case LINUX ->
                    new Layout(
                            kernel,
                            "/etc/switchd/switchd.json",
                            "/var/lib/switchd",
                            "",
                            new ControlSocket(socket, "switchd", -1, CONTROL_MODE));
            case DARWIN ->
                    new Layout(
                            kernel,
                            "/usr/local/etc/switchd/switchd.json",
                            "/var/db/switchd",
                            "/Library/Logs/switchd/switchd.log",
                            new ControlSocket(socket, "admin", ADMIN, CONTROL_MODE));
        };
    }

    /// The same with the control socket that a configuration asks for.
    ///
    /// @throws UsageException where the service manager cannot make it so
    Layout with(@Nullable ControlConfig wanted) throws UsageException {
        if (wanted == null) {
            return this;
        }
        String socket = wanted.socket() == null ? control.path() : wanted.socket();
        String mode = wanted.mode();
        int bits = mode == null ? control.mode() : Integer.parseInt(mode, 8);
        String group = wanted.group() == null ? control.group() : wanted.group();
        int gid = control.gid();
        if (kernel == Kernel.DARWIN && !group.equals(control.group())) {
            OptionalInt number = Ids.parse(group);
            if (number.isEmpty()) {
                throw new UsageException(
                        "control.group: launchd takes a number, not '"
                                + group
                                + "': `dscacheutil -q group -a name "
                                + group
                                + "` tells it");
            }
            gid = number.getAsInt();
        }
        return new Layout(kernel, config, state, log, new ControlSocket(socket, group, gid, bits));
    }

    /// What says what was installed.
    String manifest() {
        return state + "/installed.json";
    }

    /// The command, for whoever has `/usr/local/bin` in the PATH.
    String command() {
        return LOCAL + "/bin/switchd";
    }

    /// Folders under `share` whose files others look for under `/usr/local/share`.
    static final List<String> SHARED =
            List.of(
                    "man/man8",
                    "man/man5",
                    "man/man1",
                    "bash-completion/completions",
                    "zsh/site-functions",
                    "fish/vendor_completions.d");

    /// Where such a folder belongs.
    static String shared(String folder) {
        return LOCAL + "/share/" + folder;
    }
}
