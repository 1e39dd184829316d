package switchd.daemon.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a configuration file says; the [Key] of each component tells what it means. Null is what it
/// does not say.
public record Config(
        @JsonProperty("$schema")
                @Key(
                        value =
                                "Where the JSON Schema of this file is, for editors that complete and check. switchd itself does not read it.",
                        example = "\"switchd.schema.json\"")
                @Nullable String schema,
        @Key("The networks that ports can be on.") @Nullable List<NetworkConfig> networks,
        @Key(
                        "The ports, one for each VM. More can be added while switchd runs, by `switchd port add`.")
                @Nullable List<PortConfig> ports,
        @Key(
                        "The control socket, by which `switchd status` and the other commands reach the daemon.")
                @Nullable ControlConfig control,
        @Key(
                        value =
                                "Address and port where metrics are served by HTTP, in the OpenMetrics form. Without it they are not.",
                        pattern = Forms.HOST_PORT,
                        form = "an address with a port, such as 127.0.0.1:9130 or [::1]:9130,",
                        example = "\"127.0.0.1:9130\"")
                @Nullable String metrics,
        @Key(
                        value =
                                "macOS: how frames are written to the LAN. `auto`: `bpf` where it takes several at once (macOS 14.1), else `ndrv`. Other kernels take `auto` only.",
                        fallback = "\"auto\"")
                @Nullable WriterChoice writer,
        @Key(
                        value =
                                "User that runs the VMs, by name or as UID:GID: gets the ports' sockets and their directories, where a port names no owner of its own. Default: who called `sudo`, else who runs switchd.",
                        pattern = Forms.USER,
                        form = "a user's name or UID:GID",
                        example = "\"alice\"")
                @Nullable String owner,
        @Key(
                        value =
                                "How many seconds VMs' sockets are held while no daemon runs, so that VMs outlive its restart; 0: not at all. systemd holds them until the service is stopped, whatever the number. Default: 60 for a service of macOS, else 0.",
                        max = 86_400,
                        example = "60")
                @Nullable Integer keepSockets,
        @Key("The log.") @Nullable LogConfig log) {
    /// A configuration that says nothing.
    public static final Config EMPTY =
            new Config(null, null, null, null, null, null, null, null, null);

    /// How frames are written on macOS.
    public enum WriterChoice {
        AUTO,
        NDRV,
        BPF
    }
}
