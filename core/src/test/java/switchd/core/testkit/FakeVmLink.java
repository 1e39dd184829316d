package switchd.core.testkit;

import switchd.core.FrameBatch;
import switchd.core.Peer;
import switchd.core.VmLink;

/// A VM that does what the test says.
public final class FakeVmLink extends FakeLink implements VmLink {
    private final String peer;
    private final boolean tellsRoom;

    /// A VM whose kernel tells when there is room.
    ///
    /// @param peer its socket
    /// @param batch the slots to receive into
    public FakeVmLink(String peer, FrameBatch batch) {
        this(peer, batch, true);
    }

    /// @param peer its socket
    /// @param batch the slots to receive into
    /// @param tellsRoom whether its kernel tells when there is room
    public FakeVmLink(String peer, FrameBatch batch, boolean tellsRoom) {
        super(batch);
        this.peer = peer;
        this.tellsRoom = tellsRoom;
    }

    @Override
    public Peer peer() {
        return new Peer(Peer.Kind.DATAGRAM, peer, 0, 0, 0);
    }

    @Override
    public boolean tellsRoom() {
        return tellsRoom;
    }
}
