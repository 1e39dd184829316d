package switchd.daemon.cli;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.config.Setting;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;

/// What can be said of the daemon as a whole by an option, by the environment, and by the file.
final class SettingOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Networks, ports and settings are in this file. Default:"
                            + " /etc/switchd/switchd.json (macOS:"
                            + " /usr/local/etc/switchd/switchd.json).")
    private @Nullable String config;

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description =
                    "Where the control socket is to be. Default: /run/switchd/control.sock (macOS:"
                            + " /var/run/switchd/control.sock; without root:"
                            + " $XDG_RUNTIME_DIR/switchd/control.sock).")
    private @Nullable String control;

    @Option(
            names = "--control-group",
            paramLabel = "GROUP",
            description =
                    "Group whose members may do everything by the control socket. Default: switchd"
                            + " where there is such a group (macOS: admin).")
    private @Nullable String controlGroup;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = "Serve metrics there by HTTP. Default: nowhere.")
    private @Nullable String metrics;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "How the log is written. Default: text.")
    private @Nullable String logFormat;

    @Option(
            names = "--writer",
            paramLabel = "ndrv|bpf",
            description =
                    "macOS: how frames are written to the LAN. Default: bpf where it takes several"
                            + " at once (macOS 14.1), else ndrv.")
    private @Nullable String writer;

    @Option(
            names = "--owner",
            paramLabel = "USER",
            description =
                    "User that runs the VMs, by name or as UID:GID: gets the sockets and their"
                            + " directories. Default: who called sudo, else who runs switchd.")
    private @Nullable String owner;

    @Option(
            names = "--keep-sockets",
            paramLabel = "SECONDS",
            description =
                    "How long VMs' sockets are held while no daemon runs, so that VMs outlive its"
                            + " restart. 0: not at all. Default: 60 for a service of macOS; systemd"
                            + " holds them until the service is stopped.")
    private @Nullable String keepSockets;

    /// What is in force, with these options, the environment, and the file. From the second time
    /// on, the file is the one of the first time, also where it is not there any more.
    ///
    /// @param useDefault whether the file in the usual place is read where no other is named
    /// @throws SwitchdException with all that is wrong, a line each
    Settings load(boolean useDefault) throws SwitchdException {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        put(given, Setting.CONFIG, absolute(Setting.CONFIG, config));
        put(
                given,
                Setting.CONTROL,
                OwnControl.NONE.equals(control) ? control : absolute(Setting.CONTROL, control));
        put(given, Setting.CONTROL_GROUP, controlGroup);
        put(given, Setting.METRICS, metrics);
        put(given, Setting.LOG_FORMAT, logFormat);
        put(given, Setting.WRITER, writer);
        put(given, Setting.OWNER, owner);
        put(given, Setting.KEEP_SOCKETS, keepSockets);
        Settings settings = Settings.load(given, Surroundings.current(), useDefault);
        if (settings.file() != null) {
            config = settings.file().toString();
        }
        return settings;
    }

    /// Whether the log is to be JSON by an option or the environment, whatever else is wrong.
    boolean asksForJson() {
        Surroundings surroundings = Surroundings.current();
        String variable =
                surroundings.distrust() == null
                        ? surroundings.variables().get(Setting.LOG_FORMAT.variable())
                        : null;
        return "json".equals(logFormat == null ? variable : logFormat);
    }

    private static void put(Map<Setting, String> given, Setting setting, @Nullable String value) {
        if (value != null) {
            given.put(setting, value);
        }
    }

    private static @Nullable String absolute(Setting setting, @Nullable String path)
            throws UsageException {
        return path == null ? null : Paths.absolute(setting.option(), path);
    }
}
