package switchd.daemon.config;

import org.jspecify.annotations.Nullable;

/// The control socket, in a configuration file.
public record ControlConfig(
        @Key(
                        value =
                                "Its path. Default: control.sock in /run/switchd (without root:"
                                        + " $XDG_RUNTIME_DIR/switchd); on macOS in /var/run/switchd,"
                                        + " but as a service /var/run/switchd.sock, which launchd"
                                        + " opens.",
                        pattern = Forms.CONTROL,
                        form = "the absolute path of a socket, or \"none\"",
                        example = "\"/run/switchd/control.sock\"")
                @Nullable String socket,
        @Key(
                        value =
                                "Group whose members may do everything, besides root, by name or"
                                        + " number. Default: `admin` on macOS, `switchd` on Linux where"
                                        + " there is such a group, else none.",
                        pattern = Forms.GROUP,
                        form = "a group's name or number",
                        example = "\"switchd\"")
                @Nullable String group,
        @Key(
                        value =
                                "Its permissions, octal. `0666` lets the owners of ports in, who"
                                        + " may see and detach their own only. Default: 0660 where"
                                        + " there is a group, else 0600.",
                        pattern = Forms.MODE,
                        form = "three octal digits with a 0 before them, such as \"0660\",",
                        example = "\"0666\"")
                @Nullable String mode) {}
