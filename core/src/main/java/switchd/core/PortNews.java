package switchd.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells what happens at a port, and each thing that would go on happening once for each VM only.
/// Used by the loop's thread alone.
final class PortNews {
    private static final Logger LOG = System.getLogger(PortNews.class.getName());

    private final String port;
    private final Consumer<PortEvent> events;
    private final EnumSet<DropCause> toldOfLan = EnumSet.noneOf(DropCause.class);
    private final EnumSet<DropCause> toldOfVm = EnumSet.noneOf(DropCause.class);
    private @Nullable String refusal;
    private @Nullable MacAddress foreignSource;
    private boolean conflictTold;

    /// @param port its name
    PortNews(String port, Consumer<PortEvent> events) {
        this.port = port;
        this.events = events;
    }

    /// A VM has attached.
    void begin() {
        refusal = null;
        foreignSource = null;
        conflictTold = false;
        guardsChanged();
    }

    /// What they drop from here on is news.
    void guardsChanged() {
        toldOfLan.clear();
        toldOfVm.clear();
    }

    void report(PortEvent event) {
        if (event instanceof PortEvent.Refused refused) {
            refusal = refused.reason();
        }
        try {
            events.accept(event);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a listener of " + port + " failed", e);
        }
    }

    @Nullable String refusal() {
        return refusal;
    }

    @Nullable MacAddress foreignSource() {
        return foreignSource;
    }

    /// A frame has come from the LAN with the VM's own address.
    ///
    /// @param policy knows it
    void tellConflict(PortPolicy policy) {
        if (conflictTold) {
            return;
        }
        @Nullable MacAddress address = policy.vmAddress();
        if (address != null) {
            conflictTold = true;
            report(new PortEvent.AddressConflict(port, address));
        }
    }

    /// The VM has sent a frame from `source` and not from its own address.
    ///
    /// @param policy knows the VM's address
    void tellForeignSource(long source, PortPolicy policy) {
        if (foreignSource != null) {
            return;
        }
        @Nullable MacAddress expected = policy.vmAddress();
        if (expected != null) {
            MacAddress seen = new MacAddress(source);
            foreignSource = seen;
            report(new PortEvent.ForeignSource(port, seen, expected));
        }
    }

    /// A guard has dropped frame `i`; told once for each guard and direction.
    void tellGuard(Direction direction, DropCause cause, FrameBatch frames, int i) {
        if ((direction == Direction.TO_LAN ? toldOfLan : toldOfVm).add(cause)) {
            report(PortEvent.Guarded.of(port, direction, cause, frames, i));
        }
    }
}
