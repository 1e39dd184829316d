package switchd.daemon;

import org.jspecify.annotations.Nullable;
import switchd.core.Guards;
import switchd.core.SwitchdException;
import switchd.posix.Owner;

/// A port, up or down.
///
/// Used by the loop's thread alone.
final class PortPlace {
    private PortSpec spec;
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

    /// Gives it other guards; its VM stays.
    ///
    /// @param wanted the same but for the guards
    /// @param guards what comes of them on its network
    /// @throws SwitchdException where they cannot be had; it is as before then
    void guard(PortSpec wanted, Guards guards) throws SwitchdException {
        if (running != null) {
            running.port().guard(guards);
        }
        spec = wanted;
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
