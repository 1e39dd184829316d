package switchd.daemon.cli;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Version;
import switchd.daemon.config.Plan;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;
import switchd.daemon.log.LogFormat;
import switchd.daemon.log.StderrLog;

/// `switchd`: runs the daemon in the foreground.
@Command(
        name = "switchd",
        mixinStandardHelpOptions = true,
        versionProvider = SwitchdCommand.VersionLine.class,
        exitCodeOnInvalidInput = ExitStatus.USAGE,
        exitCodeOnExecutionException = ExitStatus.SOFTWARE,
        sortOptions = false,
        synopsisHeading = "Usage: ",
        description = {
            "",
            "Gives every VM its own place on a LAN: a VM attaches to a port's socket, and its"
                    + " frames go to a bridge, a NIC, or the other ports.",
            ""
        },
        footer = {
            "",
            "--name, --mac, --socket, --stream-socket and --fd describe one port and may be repeated"
                    + " together for more.",
            "",
            "Without --bridge, --interface and --isolated, networks and ports are those of the"
                    + " configuration file; `switchd config show` tells what is in force. SIGHUP has it"
                    + " read again.",
            "",
            "When the ports are up, one JSON object on a line says where; logs go to stderr.",
            "SIGTERM or SIGINT ends it and removes what it made.",
            "",
            "Exit status: 0 ended by a signal, 3 no memory left, 64 wrong usage, 69 the host cannot"
                    + " do it, 70 a bug, 77 not permitted.",
            "",
            "Examples:",
            "  sudo switchd --bridge br0",
            "  sudo switchd --bridge br0 --name web --mac 52:54:00:12:34:56 --name db",
            "  switchd --isolated --socket /tmp/vm/net.sock"
        })
public final class SwitchdCommand implements Callable<Integer> {
    private static final String NO_NETWORK = "give one of --bridge, --interface and --isolated";
    private static final String WHERE_TO_LOOK =
            "`switchd --help` explains them, `switchd demo` shows switchd at work";

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--bridge",
            paramLabel = "BRIDGE",
            description = "Put the VMs on this bridge of the host.")
    private @Nullable String bridge;

    @Option(
            names = "--create-bridge",
            description = "Make the bridge where there is none; it is removed at the end then.")
    private boolean createBridge;

    @Option(
            names = "--no-offload",
            description =
                    "Have the kernel cut long segments and finish checksums before it hands them"
                            + " over, one frame a call. Linux, --bridge only.")
    private boolean noOffload;

    @Option(
            names = "--interface",
            paramLabel = "NIC",
            description =
                    "Put the VMs on the LAN behind this NIC, without a bridge. The host itself and"
                            + " the VMs cannot reach each other there.")
    private @Nullable String nic;

    @Option(
            names = "--isolated",
            description = "Connect the VMs with each other only. Needs no root.")
    private boolean isolated;

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<PortOptions> ports = new ArrayList<>();

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description =
                    "MTU that the VMs use; refused where the bridge or NIC has another. Default:"
                            + " the network's; 1500 with --isolated.")
    private @Nullable Integer mtu;

    @Mixin private SettingOptions settings = new SettingOptions();

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more.")
    private boolean verbose;

    /// One port.
    static final class PortOptions {
        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "Name of a port; also of its socket's directory. Default: vm0, vm1 …")
        private @Nullable String name;

        @Option(
                names = "--mac",
                paramLabel = "MAC",
                description =
                        "The VM's address: frames from any other are dropped. auto: the first one"
                                + " that the VM uses (default). any: all, for bridges inside the VM.")
        private @Nullable String mac;

        @Option(
                names = "--socket",
                paramLabel = "PATH",
                description =
                        "Where the VM attaches. Default: NAME/net.sock in /run/switchd (macOS:"
                                + " /var/run/switchd; without root: $XDG_RUNTIME_DIR/switchd).")
        private @Nullable String socket;

        @Option(
                names = "--stream-socket",
                paramLabel = "PATH",
                description =
                        "Where a VM attaches whose tool speaks a stream. Default: stream.sock beside"
                                + " the usual net.sock; none where --socket is given.")
        private @Nullable String stream;

        @Option(
                names = "--fd",
                paramLabel = "N",
                description =
                        "A socket that switchd is started with is the VM's: a connected unix socket"
                                + " of datagrams, or of a stream.")
        private @Nullable Integer descriptor;

        private PortSpec toSpec(int index, String network) throws UsageException {
            return new PortSpec(
                    name == null ? "vm" + index : name,
                    network,
                    macPolicy(),
                    socket == null ? null : Paths.absolute("--socket", socket),
                    stream == null ? null : Paths.absolute("--stream-socket", stream),
                    PortSpec.Access.USUAL,
                    true,
                    false,
                    descriptor);
        }

        private MacPolicy macPolicy() throws UsageException {
            try {
                return MacPolicy.parse(mac == null ? "auto" : mac);
            } catch (IllegalArgumentException e) {
                throw new UsageException("--mac: auto, any or an address: " + e.getMessage());
            }
        }
    }

    /// Prints the version.
    static final class VersionLine implements picocli.CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"switchd " + Version.current()};
        }
    }

    private final Confinement confinement;

    /// @param confinement of the thread that the daemon's others come from
    SwitchdCommand(Confinement confinement) {
        this.confinement = confinement;
    }

    /// Gives up what the daemon does not need.
    @FunctionalInterface
    interface Confinement {
        /// On the thread that it is to hold for, before that starts others.
        ///
        /// @throws SwitchdException where the kernel refuses
        void enter() throws SwitchdException;
    }

    @Override
    public Integer call() throws Exception {
        confinement.enter();
        StderrLog.level(verbose ? Level.DEBUG : Level.INFO);
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return new Foreground(spec.commandLine().getOut(), verbose).run(this::plan);
    }

    /// Whether the daemon's log is, or would have been, JSON.
    boolean logsJson() {
        return StderrLog.format() == LogFormat.JSON || settings.asksForJson();
    }

    /// What is wanted: networks and ports by options, else by the file.
    private Plan plan() throws SwitchdException {
        if (asked() > 0 || !ports.isEmpty() || mtu != null || createBridge || noOffload) {
            NetworkSpec.Kind kind = network();
            NetworkSpec network = new NetworkSpec(kind.usualName(), kind, mtu);
            List<PortSpec> wanted = new ArrayList<>();
            for (PortOptions port : ports.isEmpty() ? List.of(new PortOptions()) : ports) {
                wanted.add(port.toSpec(wanted.size(), network.name()));
            }
            return Plan.of(network, wanted, settings.load(false));
        }
        Settings found = settings.load(true);
        if (found.file() == null) {
            throw new UsageException(
                    NO_NETWORK + ", or write " + Surroundings.defaultFile() + ": " + WHERE_TO_LOOK);
        }
        return Plan.of(found);
    }

    private int asked() {
        return (bridge == null ? 0 : 1) + (nic == null ? 0 : 1) + (isolated ? 1 : 0);
    }

    private NetworkSpec.Kind network() throws UsageException {
        if (asked() != 1) {
            throw new UsageException(NO_NETWORK + "; " + WHERE_TO_LOOK);
        }
        if (createBridge && bridge == null) {
            throw new UsageException("--create-bridge goes with --bridge: say which one");
        }
        if (noOffload && bridge == null) {
            throw new UsageException("--no-offload goes with --bridge: say which one");
        }
        if (isolated) {
            return new NetworkSpec.Isolated();
        }
        String option = bridge != null ? "--bridge: " : "--interface: ";
        try {
            return bridge != null
                    ? new NetworkSpec.Bridge(
                            new InterfaceName(bridge), createBridge, false, !noOffload)
                    : new NetworkSpec.Nic(new InterfaceName(String.valueOf(nic)));
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + e.getMessage());
        }
    }
}
