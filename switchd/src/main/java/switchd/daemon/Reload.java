package switchd.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;

/// Goes from what a daemon was told to do to what it is told now, and touches nothing that is the
/// same in both.
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

    Reload(Switchboard board, DaemonSpec before, DaemonSpec after) {
        this.board = board;
        this.after = after;
        this.networks =
                Difference.between(
                        board.networks(),
                        before.networks(),
                        after.networks(),
                        NetworkSpec::name,
                        _ -> false);
        Set<String> disturbed = new HashSet<>(networks.changed());
        disturbed.addAll(networks.removed());
        this.ports =
                Difference.between(
                        board.ports(),
                        before.ports(),
                        after.ports(),
                        PortSpec::name,
                        port -> disturbed.contains(port.network()));
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
    /// @param unchanged went on
    public record Names(
            List<String> added,
            List<String> removed,
            List<String> changed,
            List<String> unchanged) {
        private static Names of(Difference<?> difference) {
            return new Names(
                    difference.added(),
                    difference.removed(),
                    difference.changed(),
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
                    difference.unchanged());
        }

        private boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
        }
    }

    /// Does it. Where something cannot be had, everything is put back as it was.
    ///
    /// @throws SwitchdException why it was not done; what could not be put back is suppressed in it
    Result run() throws SwitchdException {
        check();
        List<Undo.Step> back = new ArrayList<>();
        try {
            closeOld(back);
            openNew(back);
        } catch (SwitchdException | RuntimeException e) {
            putBack(back, e);
            throw e;
        }
        after.networks().forEach(network -> board.keep(network.name()));
        board.prune();
        return new Result(Names.of(networks), Names.ofPorts(ports), List.of());
    }

    /// What can be seen to fail is refused before anything is closed.
    private void check() throws UsageException {
        Set<String> there = new HashSet<>(networks.unchanged());
        networks.opening().forEach(network -> there.add(network.name()));
        for (PortSpec port : ports.opening()) {
            board.ownerOf(port);
            if (!there.contains(port.network()) && !port.temporary()) {
                throw new UsageException(
                        "port %1$s was added while switchd ran, to the network %2$s, which is not to be any more: `switchd port rm %1$s`, or keep the network"
                                .formatted(port.name(), port.network()));
            }
        }
    }

    private void closeOld(List<Undo.Step> back) throws SwitchdException {
        for (PortSpec port : ports.closing()) {
            boolean up = board.isUp(port.name());
            // A temporary one goes with its VM, and that is gone with the port.
            if (!port.temporary()) {
                back.addFirst(() -> board.open(port, up));
                wasDown.put(port.name(), port.up() && !up);
            }
            board.drop(port.name());
        }
        for (NetworkSpec network : networks.closing()) {
            back.addFirst(() -> board.open(network));
            board.removeNetwork(network.name());
        }
    }

    private void openNew(List<Undo.Step> back) throws SwitchdException {
        for (NetworkSpec network : networks.opening()) {
            board.open(network);
            back.addFirst(() -> board.removeNetwork(network.name()));
        }
        for (PortSpec port : ports.opening()) {
            if (!port.temporary()) {
                // One that an operator has switched off stays off.
                board.open(port, port.up() && !wasDown.getOrDefault(port.name(), false));
                back.addFirst(() -> board.drop(port.name()));
            }
        }
    }

    private static void putBack(List<Undo.Step> steps, Exception cause) {
        for (Undo.Step step : steps) {
            try {
                step.run();
            } catch (SwitchdException | RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
