package switchd.launchd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The daemon as systemd's units: a service, and the socket that brings it up.
///
/// @param command the program's absolute path and its arguments
/// @param control what systemd listens on before the daemon does
/// @param payload a folder that is the daemon's own program: not even root's daemon may write
///   there; null where it is under `/usr`, which is read-only in any case
public record SystemdUnits(List<String> command, ControlSocket control, @Nullable String payload) {
    /// Name of the service.
    public static final String SERVICE = "switchd.service";

    /// Name of the socket.
    public static final String SOCKET = "switchd.socket";

    /// Where an administrator's units belong.
    public static final String FOLDER = "/etc/systemd/system";

    /// Of root's rights: to give a directory to its user and look into his; his user and group for
    /// work in it; interfaces and their packets.
    public static final List<String> CAPABILITIES =
            List.of(
                    "CAP_CHOWN",
                    "CAP_DAC_READ_SEARCH",
                    "CAP_SETGID",
                    "CAP_SETUID",
                    "CAP_NET_ADMIN",
                    "CAP_NET_RAW");

    /// Where VMs' users have their files: ports' sockets may be in any of these.
    private static final String PLACES =
            "/run /tmp -/var/tmp -/var/lib -/home -/root -/srv -/mnt -/media";

    /// What sockets it makes.
    public static final String ADDRESS_FAMILIES = "AF_UNIX AF_NETLINK AF_PACKET AF_INET AF_INET6";

    /// Not in `@system-service` of every systemd.
    private static final String LANDLOCK =
            "landlock_create_ruleset landlock_add_rule landlock_restrict_self";

    /// How many descriptors of VMs' links systemd holds while no daemon runs.
    public static final int MOST_HELD = 1024;

    private static final String DOCUMENTATION = "man:switchd(8)";

    /// The text of the service.
    public String service() {
        UnitFile unit = new UnitFile();
        unit.section("Unit")
                .set("Description", "switchd, a place of its own on the LAN for every VM")
                .set("Documentation", DOCUMENTATION)
                .set("Requires", SOCKET)
                .comment("By then there are the bridges that the network's own manager makes.")
                .set("After", SOCKET + " network.target")
                .section("Service")
                .set("Type", "notify")
                .set("NotifyAccess", "main")
                .command("ExecStart", command)
                .set("ExecReload", "/bin/kill -HUP $MAINPID")
                .set("Restart", "on-failure")
                .set("RestartSec", "2")
                .comment("Wrong usage, configuration or rights: the same again next time.")
                .set("RestartPreventExitStatus", "64 77")
                .set("TimeoutStartSec", "90")
                .set("TimeoutStopSec", "10")
                .comment(
                        "Where frames stand still for so long, it says where, and is started anew.")
                .set("WatchdogSec", "30")
                .set("WatchdogSignal", "SIGQUIT")
                .set("TimeoutAbortSec", "2")
                .set("LimitNOFILE", "16384")
                .comment("VMs' sockets outlive the daemon that is restarted or killed.")
                .set("FileDescriptorStoreMax", Integer.toString(MOST_HELD))
                .comment(
                        "VMs have their own sockets beside the daemon's, which a restart must"
                                + " keep.")
                .set("RuntimeDirectory", "switchd")
                .set("RuntimeDirectoryMode", "0755")
                .set("RuntimeDirectoryPreserve", "yes");
        harden(unit);
        return unit.section("Install")
                .set("Also", SOCKET)
                .set("WantedBy", "multi-user.target")
                .toString();
    }

    /// What the daemon never needs is out of its reach.
    private void harden(UnitFile unit) {
        unit.set("NoNewPrivileges", "yes")
                .set("CapabilityBoundingSet", String.join(" ", CAPABILITIES))
                .comment("Ports' sockets may be where VMs' users may write: no ProtectHome=, no")
                .comment("PrivateTmp=. For another place: systemctl edit, ReadWritePaths=.")
                .set("ProtectSystem", "strict")
                .set("ReadWritePaths", PLACES)
                .set("UMask", "0077");
        if (payload != null) {
            unit.path("ReadOnlyPaths", payload);
        }
        unit.set("DevicePolicy", "closed")
                .set("DeviceAllow", "/dev/net/tun rw")
                .set("RestrictAddressFamilies", ADDRESS_FAMILIES)
                .set("RestrictNamespaces", "yes")
                .set("RestrictRealtime", "yes")
                .set("RestrictSUIDSGID", "yes")
                .set("LockPersonality", "yes")
                .set("ProtectClock", "yes")
                .set("ProtectControlGroups", "yes")
                .set("ProtectHostname", "yes")
                .set("ProtectKernelLogs", "yes")
                .set("ProtectKernelModules", "yes")
                .set("ProtectKernelTunables", "yes")
                .set("ProtectProc", "invisible")
                .set("KeyringMode", "private")
                .comment("A JVM compiles to memory that it runs: no MemoryDenyWriteExecute=.")
                .set("SystemCallArchitectures", "native")
                .set("SystemCallFilter", "@system-service " + LANDLOCK)
                .set("SystemCallErrorNumber", "EPERM");
    }

    /// The text of the socket.
    public String socket() {
        return new UnitFile()
                .section("Unit")
                .set("Description", "switchd's control socket")
                .set("Documentation", DOCUMENTATION)
                .section("Socket")
                .path("ListenStream", control.path())
                .set("FileDescriptorName", ControlSocket.NAME)
                .set("Service", SERVICE)
                .set("SocketUser", "root")
                .set("SocketGroup", control.group())
                .set("SocketMode", "%04o".formatted(control.mode()))
                .set("DirectoryMode", "0755")
                .set("RemoveOnStop", "yes")
                .section("Install")
                .set("WantedBy", "sockets.target")
                .toString();
    }

    /// What systemd-sysusers(8) makes of it: the group of the control socket.
    public String sysusers() {
        return "g " + control.group() + " -\n";
    }
}
