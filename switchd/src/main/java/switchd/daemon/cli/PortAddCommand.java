package switchd.daemon.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import switchd.core.UsageException;
import switchd.daemon.Status;

/// `switchd port add`.
@Command(
        name = "add",
        sortOptions = false,
        header = "Add a port to the running daemon.",
        description = {
            "",
            "The port is there until it is removed or the daemon ends. Where the network is given by"
                    + " its bridge or NIC and the daemon has none there, it is made, and goes with its"
                    + " last port. What the options do not say of guards, see guards.md, is as the"
                    + " network says.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 added, 64 wrong usage or the name is taken, 69 no daemon runs or the host"
                    + " refuses, 77 not permitted.",
            "",
            "Examples:",
            "  switchd port add web --network lan",
            "  switchd port add db --bridge br0 --mac 52:54:00:12:34:57 --owner alice",
            "  switchd port add guest --network lan --vlan 20 --uplink-only --ip-guard dhcp"
        })
public final class PortAddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "What it is called: letters, digits, dashes.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private NetworkChoice network = new NetworkChoice();

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            description =
                    "The VM's address: frames from any other are dropped. auto: the first one that the"
                            + " VM uses (default). any: all.")
    private @Nullable String mac;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "Where the VM attaches. Default: NAME/net.sock beside the daemon's others.")
    private @Nullable Path socket;

    @Option(
            names = "--stream-socket",
            paramLabel = "PATH",
            description =
                    "Where tools attach that speak a stream. Default: NAME/stream.sock beside the"
                            + " daemon's others.")
    private @Nullable Path stream;

    @Option(
            names = "--owner",
            paramLabel = "USER",
            description = "User that runs the VM, by name or as UID:GID. Default: you.")
    private @Nullable String owner;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Group that may attach as well, by name or number.")
    private @Nullable String group;

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            description = "Permissions of the sockets, as 0660.")
    private @Nullable String mode;

    @Option(names = "--down", description = "Leave it switched off.")
    private boolean down;

    @Mixin private GuardOptions guards = new GuardOptions();

    @Mixin private DaemonOptions daemon = new DaemonOptions();

    private static @Nullable String absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().toString();
    }

    @Override
    public Integer call() throws Exception {
        if (network.isIsolated() && guards.isUplinkOnly()) {
            throw new UsageException(
                    "port add: --uplink-only: with --isolated there is no uplink: give one of them");
        }
        Map<String, Object> port = new TreeMap<>();
        port.put("name", name);
        network.into(port);
        guards.into(port);
        NetworkChoice.put(port, "mac", mac);
        NetworkChoice.put(port, "socket", absolute(socket));
        NetworkChoice.put(port, "stream", absolute(stream));
        NetworkChoice.put(port, "owner", owner);
        NetworkChoice.put(port, "group", group);
        NetworkChoice.put(port, "mode", mode);
        port.put("up", !down);
        return daemon.ask(
                "port.add",
                port,
                PortShowCommand.OnePort.class,
                (answer, _) -> text(answer.port()));
    }

    private static String text(Status.PortStatus port) {
        String where = port.socket() == null ? "" : ": a VM attaches at " + port.socket();
        String up = port.state() == Status.State.DOWN ? ", switched off" : "";
        return port.name() + ": added to " + port.network() + up + where + "\n";
    }
}
