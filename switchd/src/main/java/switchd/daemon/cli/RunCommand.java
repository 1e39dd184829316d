package switchd.daemon.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.core.UsageException;
import switchd.daemon.control.ControlClient;

/// `switchd run`: a VM tool with a descriptor that is a port.
@Command(
        name = "run",
        sortOptions = false,
        customSynopsis = {
            "switchd run (--port=PORT | --network=NETWORK | --bridge=BRIDGE |",
            "                    --interface=NIC | --isolated) [--mac=MAC] [--name=NAME]",
            "                    [--control=PATH] [--] COMMAND [ARGUMENT...]"
        },
        header = "Run a VM tool with a descriptor that leads to a port.",
        description = {
            "",
            "Asks the running daemon for a connected datagram descriptor and becomes COMMAND, in whose"
                    + " arguments the descriptor's number stands in place of {fd}. COMMAND has this"
                    + " process's id, terminal, signals, environment and directory; its exit status is"
                    + " its own.",
            "",
            "Run it as the user who is to run the VM: with sudo, COMMAND runs as root.",
            ""
        },
        footer = {
            "",
            "Exit status: that of COMMAND; 127 there is no such program, 126 it cannot be run, 64 wrong"
                    + " usage, 69 no daemon runs or the host refuses, 77 not permitted.",
            "",
            "Examples:",
            "  switchd run --port web -- vfkit … --device virtio-net,fd={fd}",
            "  switchd run --bridge br0 -- qemu-system-x86_64 … \\",
            "    -netdev dgram,id=n0,local.type=fd,local.str={fd} \\",
            "    -device virtio-net-pci,netdev=n0"
        })
public final class RunCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            description =
                    "Not with --port: the VM's address, auto (default) or any, see `switchd port add`.")
    private @Nullable String mac;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Not with --port: what the port is called. Default: the daemon finds a name.")
    private @Nullable String name;

    @Mixin private ControlOption daemon = new ControlOption();

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "The program and its arguments; -- before it ends the options.")
    private List<String> words = new ArrayList<>();

    /// A port that is there, or a network on which one is made that goes with COMMAND.
    static final class Target extends NetworkChoice {
        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "Use this port of the daemon; nobody else may be attached to it.")
        private @Nullable String port;
    }

    @Override
    public Integer call() throws Exception {
        NextProgram program = new NextProgram(words);
        ControlClient.HandedOver end =
                ControlClient.callForDescriptor(daemon.control(), "port.descriptor", request());
        return program.become(end.number(), err());
    }

    private Map<String, Object> request() throws UsageException {
        if (target.port != null && (mac != null || name != null)) {
            throw new UsageException(
                    "run: --mac and --name are for a port that is made for COMMAND: leave them out with"
                            + " --port");
        }
        Map<String, Object> request = new TreeMap<>();
        target.into(request);
        NetworkChoice.put(request, "name", target.port == null ? name : target.port);
        NetworkChoice.put(request, "mac", mac);
        return request;
    }

    private PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine().getErr();
    }
}
