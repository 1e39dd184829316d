package switchd.core;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A LAN of the host: every port has an uplink of its own into it.
///
/// A bridge passes frames from one uplink to the other, and knows nothing of who may talk to whom.
/// As soon as a port joins that may not talk to all others, or that has to know the LAN's frames
/// from theirs, the bridge is told to pass nothing between uplinks, and everything from port to
/// port goes through here.
public final class BridgedNetwork extends Network {
    private final Lan lan;
    private final List<PortUplink> uplinks = new ArrayList<>();
    private int repairs;
    private long turnOfRepair = Long.MIN_VALUE;
    private boolean keepsApart;

    /// @param name for people
    /// @param arena of the loop's thread; must outlive the network
    public BridgedNetwork(String name, Lan lan, EventLoop loop, Arena arena) {
        super(name, lan.mtu(), loop, arena);
        this.lan = lan;
        lan.whenChanged(() -> uplinks.forEach(PortUplink::retryNow));
    }

    /// The interface that carries `port`'s frames.
    @Override
    public InterfaceName uplinkOf(Port port) {
        return uplinks.get(port.index).interfaceName();
    }

    @Override
    public @Nullable String lossOf(Port port) {
        return uplinks.get(port.index).loss();
    }

    @Override
    public Outages outagesOf(Port port) {
        return uplinks.get(port.index).outages();
    }

    @Override
    public int repairs() {
        return repairs;
    }

    /// True for the first who asks in a turn of the loop.
    boolean takesRepair() {
        boolean first = turnOfRepair != loop().now();
        turnOfRepair = loop().now();
        return first;
    }

    void repaired() {
        repairs++;
    }

    @Override
    public void join(Port port) throws SwitchdException {
        boolean before = keepsApart;
        keepsApart |= lan.connectsUplinks() && port.guards().keepApart();
        try (Undo undo = new Undo()) {
            undo.push(() -> keepsApart = before);
            PortUplink uplink = PortUplink.open(lan, port, this);
            super.join(port);
            uplinks.add(uplink);
            undo.keep();
        }
        if (keepsApart && !before) {
            uplinks.forEach(PortUplink::keepApart);
        }
    }

    @Override
    protected void guardsChanged(Port port, Guards former) throws SwitchdException {
        boolean before = keepsApart;
        keepsApart |= lan.connectsUplinks() && port.guards().keepApart();
        boolean otherVlans = !port.guards().vlans().equals(former.vlans());
        try (Undo undo = new Undo()) {
            undo.push(() -> keepsApart = before);
            uplinks.get(port.index).guardsChanged(otherVlans);
            undo.keep();
        }
        if (keepsApart && !before) {
            uplinks.forEach(PortUplink::keepApart);
        }
    }

    /// True where the bridge passes nothing between uplinks.
    boolean keepsApart() {
        return keepsApart;
    }

    @Override
    public void leave(Port port) {
        int index = port.index;
        super.leave(port);
        if (index >= 0) {
            uplinks.remove(index).close();
        }
    }

    /// Lets all ports go, and gives the LAN back.
    @Override
    public void close() {
        super.close();
        lan.close();
    }

    @Override
    protected void beyond(Port from, FrameBatch frames) {
        uplinks.get(from.index).send(frames);
        if (keepsApart || !lan.connectsUplinks()) {
            floodLocally(from, frames);
        }
    }

    @Override
    protected void vmChanged(Port port) {
        uplinks.get(port.index).accept(port.policy().reception());
    }

    @Override
    protected void resumed(Port port) {
        uplinks.get(port.index).resume();
    }
}
