package switchd.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Daemon;
import switchd.daemon.NetworkSpec;
import switchd.daemon.Operations;
import switchd.daemon.PortSpec;
import switchd.posix.Ids;
import switchd.posix.NativePosix;
import switchd.posix.Posix;

/// Ports as descriptors: the caller becomes the VM.
final class DescriptorMethods {
    private final Daemon daemon;

    // Closes nothing: who hands the descriptor over does.
    private final Posix posix = new NativePosix(Arena.ofAuto());

    DescriptorMethods(Daemon daemon) {
        this.daemon = daemon;
    }

    /// The parameters of `port.descriptor`: a port that is there, or a network on which one is made
    /// that goes with its VM.
    ///
    /// @param name the port's; missing: that of a new port is found
    /// @param network as in [NewPort]
    /// @param bridge as in [NewPort]
    /// @param nic as in [NewPort]
    /// @param isolated as in [NewPort]
    /// @param mac as in [NewPort]
    record Wanted(
            @Nullable String name,
            @Nullable String network,
            @Nullable String bridge,
            @JsonProperty("interface") @Nullable String nic,
            @Nullable Boolean isolated,
            @Nullable String mac) {
        private boolean isThere() {
            return network == null && bridge == null && nic == null && isolated == null;
        }

        NewPort newPort(Peer caller) {
            String called = name == null ? "run-" + caller.pid() : name;
            return new NewPort(
                    called, network, bridge, nic, isolated, mac, null, null, null, null, null, true,
                    null, null, null, null);
        }
    }

    /// The answer.
    ///
    /// @param port its name
    record Given(String schema, String port) {}

    List<Method<?>> all() {
        return List.of(
                new Method<>(
                        "port.descriptor",
                        Permission.PORT_OWNERS,
                        Wanted.class,
                        (wanted, caller) ->
                                wanted.isThere()
                                        ? existing(wanted, caller)
                                        : fresh(wanted, caller)));
    }

    private CompletableFuture<Method.HandOver> existing(Wanted wanted, Caller caller)
            throws RpcException, UsageException {
        if (wanted.mac() != null) {
            throw new UsageException("mac: is for a new port");
        }
        String name = Params.required("name", wanted.name());
        return daemon.ask(operations -> {
            Access.check(operations, name, caller);
            return handOver(operations, name, caller);
        });
    }

    private CompletableFuture<Method.HandOver> fresh(Wanted wanted, Caller caller)
            throws RpcException, UsageException {
        if (!caller.isAdministrator()) {
            throw new RpcException(
                    ErrorCode.NOT_PERMITTED,
                    "a new port is not for user "
                            + Ids.text(caller.peer().uid())
                            + ": ask for one of your own, or run it as a member of the control group");
        }
        NewPort.Spec spec = wanted.newPort(caller.peer()).toSpec(caller.peer());
        PortSpec port = spec.port().untilItsVmGoes();
        return daemon.ask(operations -> add(operations, port, spec.network(), caller));
    }

    private Method.HandOver add(
            Operations operations, PortSpec port, @Nullable NetworkSpec network, Caller caller)
            throws SwitchdException {
        Access.checkNew(operations, port.name());
        operations.addPort(port, network);
        try {
            return handOver(operations, port.name(), caller);
        } catch (SwitchdException | RuntimeException e) {
            operations.removePort(port.name());
            throw e;
        }
    }

    private Method.HandOver handOver(Operations operations, String name, Caller caller)
            throws SwitchdException {
        int pid = (int) Math.max(0, caller.peer().pid());
        int number = operations.descriptor(name, pid, posix).number();
        return new Method.HandOver(new Given("switchd.descriptor/1", name), number);
    }
}
