package switchd.daemon.cli;

import picocli.CommandLine.Option;

import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.config.Setting;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/// What can be said of the daemon as a whole by an option, by the environment, and by the file.
final class SettingOptions {
    private final Map<Setting, String> given = new EnumMap<>(Setting.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Networks, ports and settings are in this file. Default:"
                        + " /etc/switchd/switchd.json (macOS:"
                        + " /usr/local/etc/switchd/switchd.json).")
    private void config(String file) throws UsageException {
        given.put(Setting.CONFIG, path(Setting.CONFIG, file));
    }

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description =
                    "Where the control socket is to be. Default: /run/switchd/control.sock (macOS:"
                            + " /var/run/switchd/control.sock; without root:"
                            + " $XDG_RUNTIME_DIR/switchd/control.sock).")
    private void control(String socket) throws UsageException {
        given.put(Setting.CONTROL, path(Setting.CONTROL, socket));
    }

    @Option(
            names = "--control-group",
            paramLabel = "GROUP",
            description =
                    "Group whose members may do everything by the control socket. Default: switchd"
                            + " where there is such a group (macOS: admin).")
    private void controlGroup(String group) {
        given.put(Setting.CONTROL_GROUP, group);
    }

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = "Serve metrics there by HTTP. Default: nowhere.")
    private void metrics(String address) {
        given.put(Setting.METRICS, address);
    }

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "How the log is written. Default: text.")
    private void logFormat(String format) {
        given.put(Setting.LOG_FORMAT, format);
    }

    @Option(
            names = "--writer",
            paramLabel = "ndrv|bpf",
            description =
                    "macOS: how frames are written to the LAN. Default: bpf where it takes several"
                        + " at once (macOS 14.1), else ndrv.")
    private void writer(String writer) {
        given.put(Setting.WRITER, writer);
    }

    @Option(
            names = "--owner",
            paramLabel = "USER",
            description =
                    "User that runs the VMs, by name or as UID:GID: gets the sockets and their"
                            + " directories. Default: who called sudo, else who runs switchd.")
    private void owner(String user) {
        given.put(Setting.OWNER, user);
    }

    private static String path(Setting setting, String text) throws UsageException {
        try {
            return Path.of(text).toAbsolutePath().toString();
        } catch (InvalidPathException e) {
            throw new UsageException(
                    setting.option()
                            + ": "
                            + e.getMessage()
                            + ": give a path in ASCII, or run it in a UTF-8 locale");
        }
    }

    /// What is in force, with these options, the environment, and the file.
    ///
    /// @param useDefault whether the file in the usual place is read where no other is named
    /// @throws SwitchdException with all that is wrong, a line each
    Settings load(boolean useDefault) throws SwitchdException {
        return Settings.load(given, Surroundings.current(), useDefault);
    }
}
