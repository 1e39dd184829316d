package switchd.daemon;

import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.posix.Owner;

/// A port, up or down.
///
/// Used by the loop's thread alone.
final class PortPlace {
    private final PortSpec spec;
    private final Owner owner;
    private @Nullable RunningPort running;

    /// One that is down.
    ///
    /// @param owner of its sockets
    PortPlace(PortSpec spec, Owner owner) {
        this.spec = spec;
        this.owner = owner;
    }

    PortSpec spec() {
        return spec;
    }

    Owner owner() {
        return owner;
    }

    /// Null while it is down.
    @Nullable RunningPort running() {
        return running;
    }

    /// Switches it on.
    ///
    /// @throws SwitchdException where something cannot be had; it is down still
    void open(RunningNetwork on, RunningPort.Surroundings around) throws SwitchdException {
        running = RunningPort.open(spec, owner, on, around);
    }

    /// Takes what runs out, to be closed; the port is down from here on.
    ///
    /// @return null where it was down
    @Nullable RunningPort take() {
        RunningPort taken = running;
        running = null;
        return taken;
    }
}
