package switchd.daemon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import switchd.core.SwitchdException;
import switchd.core.Undo;

/// Goes from what a daemon was told to do to what it is told now, and touches nothing that is the
/// same in both.
///
/// What was added while it ran, and is in neither, stays; where its network changes, it is opened
/// anew. Used by the loop's thread alone.
public final class Reload {
    private final Switchboard board;
    private final Difference<NetworkSpec> networks;
    private final Difference<PortSpec> ports;

    Reload(Switchboard board, DaemonSpec before, DaemonSpec after) {
        this.board = board;
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

        private boolean isEmpty() {
            return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
        }
    }

    /// Does it. Where something cannot be had, everything is put back as it was.
    ///
    /// @throws SwitchdException why it was not done; what could not be put back is suppressed in it
    Result run() throws SwitchdException {
        List<Undo.Step> back = new ArrayList<>();
        try {
            closeOld(back);
            openNew(back);
        } catch (SwitchdException | RuntimeException e) {
            putBack(back, e);
            throw e;
        }
        return new Result(Names.of(networks), Names.of(ports), List.of());
    }

    private void closeOld(List<Undo.Step> back) throws SwitchdException {
        for (PortSpec port : ports.closing()) {
            back.addFirst(() -> board.open(port));
            board.removePort(port.name());
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
            board.open(port);
            back.addFirst(() -> board.removePort(port.name()));
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
