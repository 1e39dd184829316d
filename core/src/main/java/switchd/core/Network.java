package switchd.core;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ports that share a layer 2 network.
///
/// Unicast between two ports goes from port to port, here. What becomes of everything else is the
/// kind's business ([#beyond]). A network knows no socket; nothing here assumes that there is an
/// uplink.
///
/// Used by the loop's thread alone.
public abstract class Network implements AutoCloseable {
    private static final int TABLE_ENTRIES = 4096;

    private final String name;
    private final int mtu;
    private final EventLoop loop;
    private final FrameBatch slots;
    private final FrameBatch run = FrameBatch.view(FrameBatch.CAPACITY);
    private final FrameBatch single = FrameBatch.view(1);
    private final ForwardingTable table = new ForwardingTable(TABLE_ENTRIES);
    private final List<Port> ports = new ArrayList<>();

    /// @param name for people
    /// @param mtu in bytes
    /// @param arena of the loop's thread; must outlive the network
    protected Network(String name, int mtu, EventLoop loop, Arena arena) {
        this.name = name;
        this.mtu = mtu;
        this.loop = loop;
        this.slots = FrameBatch.slots(arena, FrameBatch.CAPACITY, mtu);
    }

    /// The network's name.
    public String name() {
        return name;
    }

    /// Bytes of payload in a frame.
    public int mtu() {
        return mtu;
    }

    /// The batch that everything on this network receives into: one turn at a time uses it.
    public FrameBatch slots() {
        return slots;
    }

    /// The ports, in the order in which they joined.
    public List<Port> ports() {
        return Collections.unmodifiableList(ports);
    }

    /// The interface that carries `port`'s frames, or null where there is none.
    public @Nullable InterfaceName uplinkOf(Port port) {
        return null;
    }

    /// Why that interface is of no use, or cannot be had again; null where it is there.
    public @Nullable String lossOf(Port port) {
        return null;
    }

    /// The times that `port` was without that interface.
    public Outages outagesOf(Port port) {
        return Outages.NONE;
    }

    /// How often an interface that carries a port's frames was put back in its place.
    public int repairs() {
        return 0;
    }

    /// Addresses that were lately seen behind `port`; one that it is configured for is there from
    /// the moment in which its VM attaches.
    ///
    /// @param most how many of them at most
    public List<MacAddress> addressesOf(Port port, int most) {
        return table.addressesOf(port, most, loop.now());
    }

    /// Takes a port in.
    ///
    /// @throws SwitchdException where what it needs cannot be had; nothing is left behind
    public void join(Port port) throws SwitchdException {
        port.index = ports.size();
        ports.add(port);
    }

    /// Lets a port go: its VM is detached, and what the network made for it is gone. The port
    /// cannot be used again. No error where it is not on this network any more.
    public void leave(Port port) {
        if (port.index < 0) {
            return;
        }
        port.detach("the port is removed");
        ports.remove(port.index);
        for (int i = port.index; i < ports.size(); i++) {
            ports.get(i).index = i;
        }
        port.index = -1;
        table.forget(port);
    }

    /// Lets all ports go.
    @Override
    public void close() {
        while (!ports.isEmpty()) {
            leave(ports.getLast());
        }
    }

    /// Passes frames on that the VM of `from` has sent and that its policy lets pass.
    ///
    /// Frames in a row that go to the same place are passed on together.
    final void fromVm(Port from, FrameBatch frames) {
        long now = loop.now();
        @Nullable Port to = null;
        run.over(frames.memory());
        for (int i = 0; i < frames.count(); i++) {
            table.learn(frames.source(i), from, now);
            long destination = frames.destination(i);
            @Nullable Port next =
                    MacAddress.isGroup(destination) ? null : table.find(destination, now);
            if (next != null && !next.carries(frames, i)) {
                next = null; // in the frame's VLAN that address is elsewhere
            }
            if (next != to || run.isFull()) {
                flush(from, to);
                to = next;
            }
            run.add(frames, i);
        }
        flush(from, to);
    }

    private void flush(Port from, @Nullable Port to) {
        if (run.count() == 0) {
            return;
        }
        if (to == null) {
            beyond(from, run);
        } else if (to == from) {
            from.toLan().dropped(DropCause.OWN_ECHO, run, 0, run.count());
        } else if (!from.mayTalkTo(to)) {
            from.toLan().dropped(DropCause.ISOLATED, run, 0, run.count());
            from.tellGuard(Direction.TO_LAN, DropCause.ISOLATED, run, 0);
        } else {
            from.toLan().passed(run, 0, run.count());
            to.toVm(run);
        }
        run.clear();
    }

    /// Passes frames on that are for a group, or for an address that no port is known to have;
    /// counts them at `from`.
    protected abstract void beyond(Port from, FrameBatch frames);

    /// Hears that the address of `port`'s VM has become known, or is not known any more.
    protected void vmChanged(Port port) {}

    /// Hears that `port` has other guards: what the network has made for it is to follow.
    ///
    /// @throws SwitchdException where it cannot; it is as before then
    protected void guardsChanged(Port port, Guards former) throws SwitchdException {}

    /// Notes where a VM is whose address is known before it has sent anything.
    final void locate(Port port) {
        MacAddress address = port.policy().vmAddress();
        if (address != null) {
            table.learn(address.value(), port, loop.now());
        }
    }

    /// Hears that `port` has room for frames again.
    protected void resumed(Port port) {}

    /// Forgets where the VM of `port` was reached.
    final void forget(Port port) {
        table.forget(port);
    }

    /// True where the guard of a port other than `port` has the address for its own VM.
    final boolean hasElsewhere(Port port, IpGuard asking, long high, long low, long now) {
        for (int i = 0; i < ports.size(); i++) {
            @Nullable IpGuard guard = ports.get(i).frameGuards().ips();
            if (guard != null && ports.get(i) != port && guard.has(asking, high, low, now)) {
                return true;
            }
        }
        return false;
    }

    /// What is known of where addresses are.
    protected final ForwardingTable table() {
        return table;
    }

    /// The loop that the network lives on.
    protected final EventLoop loop() {
        return loop;
    }

    /// Sends all frames to every port but `from` that it may talk to.
    protected final void flood(Port from, FrameBatch frames) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i) != from && from.mayTalkTo(ports.get(i))) {
                ports.get(i).toVm(frames);
            }
        }
    }

    /// Sends the frames to every port but `from` that it may talk to and that they may be for,
    /// where nobody else would: those for a group to all, the others to ports behind which their
    /// address may be.
    protected final void floodLocally(Port from, FrameBatch frames) {
        for (int i = 0; i < frames.count() && ports.size() > 1; i++) {
            long destination = frames.destination(i);
            boolean group = MacAddress.isGroup(destination);
            single.over(frames.memory());
            single.add(frames, i);
            for (int p = 0; p < ports.size(); p++) {
                Port port = ports.get(p);
                boolean mayBeThere = group || port.policy().mayHave(destination);
                if (port != from && mayBeThere && from.mayTalkTo(port)) {
                    port.toVm(single);
                }
            }
        }
    }
}
