package switchd.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import switchd.core.Guards;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

/// Goes from what a daemon was told to do to what it is told now, and touches nothing that is the
/// same in both. Where nothing but guards differ, a port takes the new ones as it is.
///
/// What was added while it ran, and is in neither, stays; where its network changes, it is opened
/// anew. Used by the loop's thread alone.
public final class Reload {
    private final Switchboard board;
    private final DaemonSpec after;
    private final Difference<NetworkSpec> networks;
    private final Difference<PortSpec> ports;

    /// Whether a port that was closed had been switched off by an operator.
    private final Map<String, Boolean> wasDown = new HashMap<>();

    private final Set<String> bereft = new TreeSet<>();

    /// Networks that stay and get other guards, by their names.
    private final Map<String, NetworkSpec> guarding = new HashMap<>();

    Reload(Switchboard board, DaemonSpec before, DaemonSpec after) {
        this.board = board;
        this.after = after;
        this.networks =
                Difference.between(
                        board.networks().specs(),
                        before.networks(),
                        after.networks(),
                        new Difference.Rule<>(
                                NetworkSpec::name,
                                network -> network.guardedBy(GuardSpec.NONE),
                                _ -> false,
                                _ -> false));
        networks.adjusting().forEach(network -> guarding.put(network.name(), network));
        Set<String> disturbed = new HashSet<>(networks.changed());
        disturbed.addAll(networks.removed());
        this.ports =
                Difference.between(
                        board.ports(),
                        before.ports(),
                        after.ports(),
                        new Difference.Rule<>(
                                PortSpec::name,
                                port -> port.guardedBy(GuardSpec.NONE),
                                port -> disturbed.contains(port.network()),
                                this::isGuardedOtherwise));
    }

    /// What has been done, by names.
    ///
    /// @param networks the daemon's networks
    /// @param ports the daemon's ports
    /// @param notices what the operator should know besides, a sentence each
    public record Result(Names networks, Names ports, List<String> notices) {
        /// The same with these notices.
        public Result with(List<String> others) {
            return new Result(networks, ports, List.copyOf(others));
        }

        /// True where everything was as wanted already.
        public boolean isEmpty() {
            return networks.isEmpty() && ports.isEmpty();
        }
    }

    /// Names of one sort of things.
    ///
    /// @param added are new
    /// @param removed are gone
    /// @param changed were closed and opened anew
    /// @param adjusted have other guards, and were not closed for that
    /// @param unchanged went on
    public record Names(
            List<String> added,
            List<String> removed,
            List<String> changed,
            List<String> adjusted,
            List<String> unchanged) {
        private static Names of(Difference<?> difference) {
            return new Names(
                    difference.added(),
                    difference.removed(),
                    difference.changed(),
                    difference.adjusted(),
                    difference.unchanged());
        }

        private static Names ofPorts(Difference<PortSpec> difference) {
            Set<String> gone = new TreeSet<>(difference.removed());
            difference.opening().stream()
                    .filter(PortSpec::temporary)
                    .forEach(port -> gone.add(port.name()));
            return new Names(
                    difference.added(),
                    List.copyOf(gone),
                    difference.changed().stream().filter(name -> !gone.contains(name)).toList(),
                    difference.adjusted(),
                    difference.unchanged());
        }

        private boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty() && adjusted.isEmpty();
        }
    }

    /// Plans it. What can be seen to fail is refused here, before anything is closed.
    ///
    /// @param steps get what is to be done
    /// @throws SwitchdException why it cannot be done; nothing has changed
    void plan(Steps steps) throws SwitchdException {
        check();
        ports.closing().forEach(port -> steps.add(() -> close(port, steps)));
        networks.closing().forEach(network -> steps.add(() -> close(network, steps)));
        networks.opening().forEach(network -> steps.add(() -> open(network, steps)));
        networks.adjusting().forEach(network -> steps.add(() -> guard(network, steps)));
        for (PortSpec port : ports.adjusting()) {
            PortSpec former = board.port(port.name()).spec();
            NetworkSpec on = board.networks().find(port.network()).spec();
            Guards before = RunningPort.guards(former, on);
            Guards wanted = RunningPort.guards(port, guarding.getOrDefault(on.name(), on));
            steps.add(() -> {
                if (board.has(port.name())) { // not a temporary one, whose VM has gone meanwhile
                    board.guard(port, wanted);
                    steps.undo(() -> board.guard(former, before));
                }
            });
        }
        ports.opening().stream()
                .filter(port -> !port.temporary())
                .forEach(port -> steps.add(() -> open(port, steps)));
    }

    /// To be asked for when all steps are done.
    Result result() {
        after.networks().forEach(network -> board.networks().keep(network.name()));
        return new Result(Names.of(networks), Names.ofPorts(ports), List.of());
    }

    /// Names of ports whose VMs were taken away so far.
    Set<String> bereft() {
        return bereft;
    }

    private void check() throws SwitchdException {
        for (NetworkSpec network : networks.opening()) {
            board.networks().check(network);
        }
        Set<String> there = new HashSet<>(networks.unchanged());
        there.addAll(networks.adjusted());
        networks.opening().forEach(network -> there.add(network.name()));
        for (PortSpec port : ports.opening()) {
            board.check(port);
            if (!there.contains(port.network()) && !port.temporary()) {
                throw new UsageException(
                        "port %1$s was added while switchd ran, to the network %2$s, which is not to be any more: `switchd port rm %1$s`, or keep the network"
                                .formatted(port.name(), port.network()));
            }
        }
        refuseSameAddresses();
    }

    /// Those of the file differ: `DaemonSpec` says so. Others may have been added meanwhile.
    private void refuseSameAddresses() throws UsageException {
        Map<MacPolicy, String> owners = new HashMap<>();
        List<PortSpec> staying = new ArrayList<>(board.ports());
        staying.removeIf(port -> ports.closing().contains(port));
        staying.addAll(ports.opening());
        for (PortSpec port : staying) {
            boolean fixed = port.macPolicy() instanceof MacPolicy.Fixed;
            String other = fixed ? owners.put(port.macPolicy(), port.name()) : null;
            if (other != null) {
                throw new UsageException(
                        "the ports %s and %s are both to have the address %s"
                                .formatted(other, port.name(), port.macPolicy()));
            }
        }
    }

    private void close(PortSpec port, Steps steps) throws SwitchdException {
        String name = port.name();
        if (!board.has(name)) {
            return; // a temporary one, whose VM has gone meanwhile
        }
        boolean up = board.isUp(name);
        if (board.isAttached(name)) {
            bereft.add(name);
        }
        // A temporary one goes with its VM, and that is gone with the port.
        if (!port.temporary()) {
            steps.undo(() -> board.open(port, up));
            wasDown.put(name, port.up() && !up);
        }
        board.drop(name);
    }

    private void close(NetworkSpec network, Steps steps) throws SwitchdException {
        boolean implied = board.networks().isImplied(network.name());
        steps.undo(() -> {
            if (implied) {
                board.networks().openImplied(network);
            } else {
                board.networks().open(network);
            }
        });
        board.removeNetwork(network.name());
    }

    /// True where other guards hold for a port since its network has others.
    private boolean isGuardedOtherwise(PortSpec port) {
        NetworkSpec wanted = guarding.get(port.network());
        return wanted != null
                && board.networks().specs().stream()
                        .filter(network -> network.name().equals(wanted.name()))
                        .map(network -> port.guards().on(network.guards()))
                        .anyMatch(guards -> !guards.equals(port.guards().on(wanted.guards())));
    }

    private void guard(NetworkSpec network, Steps steps) throws SwitchdException {
        RunningNetwork running = board.networks().find(network.name());
        GuardSpec former = running.spec().guards();
        running.guard(network.guards());
        steps.undo(() -> running.guard(former));
    }

    private void open(NetworkSpec network, Steps steps) throws SwitchdException {
        board.networks().open(network);
        steps.undo(() -> board.removeNetwork(network.name()));
    }

    /// One that an operator has switched off stays off.
    private void open(PortSpec port, Steps steps) throws SwitchdException {
        board.open(port, port.up() && !wasDown.getOrDefault(port.name(), false));
        steps.undo(() -> board.drop(port.name()));
    }
}
