package switchd.feth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.darwin.Structs.IF_FAKE_REQUEST;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Structs;
import switchd.darwin.Sysctl;

/// Two feths that are each other's peer: what goes out of one comes in at the other. The bridge
/// side is a member of a bridge, the VM side is read and written by the daemon.
///
/// Source: XNU `bsd/net/if_fake.c`. Used by one thread.
public final class FethPair implements AutoCloseable {
    private static final String KIND = "feth";
    private static final long PEER = Structs.offset(IF_FAKE_REQUEST, "iffr_u", "iffru_peer_name");
    private static final String LARGEST_MTU = "net.link.fake.max_mtu";

    private final OwnInterfaces own;
    private final InterfaceName vmSide;
    private final InterfaceName bridgeSide;
    private final Undo made;

    private FethPair(OwnInterfaces own, InterfaceName vmSide, InterfaceName bridgeSide, Undo made) {
        this.own = own;
        this.vmSide = vmSide;
        this.bridgeSide = bridgeSide;
        this.made = made;
    }

    /// Makes a pair, and its bridge side a member of `bridge`. Both are up.
    ///
    /// @param mtu the bridge's
    /// @throws switchd.core.PermissionException where that takes root
    /// @throws HostException where feths cannot have this MTU, or the bridge does not take one
    /// @throws SyscallException where the kernel refuses a step; nothing is left behind
    public static FethPair open(OwnInterfaces own, Bridge bridge, int mtu) throws SwitchdException {
        try (Undo undo = new Undo()) {
            InterfaceName bridgeSide = own.create(undo, KIND, "bridge side");
            InterfaceName vmSide = own.create(undo, KIND, "VM side");
            connect(own.control(), vmSide, bridgeSide);
            setMtu(own, vmSide, mtu);
            setMtu(own, bridgeSide, mtu);
            // A BPF writer needs it; the bridge does it for its own side.
            own.control().setUp(vmSide);
            bridge.add(bridgeSide);
            return new FethPair(own, vmSide, bridgeSide, undo.take());
        }
    }

    private static void connect(InterfaceControl control, InterfaceName one, InterfaceName other)
            throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IF_FAKE_REQUEST);
            InterfaceControl.putName(request, PEER, other);
            String text = "SET_PEER, " + other;
            control.setDriver(one, DarwinConstants.IF_FAKE_S_CMD_SET_PEER, request, text);
        }
        String peer = peer(control, one);
        if (!peer.equals(other.value())) {
            throw new HostException(
                    "%s has '%s' for its peer, not %s: another program changes feths"
                            .formatted(one, peer, other));
        }
    }

    private static String peer(InterfaceControl control, InterfaceName name)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IF_FAKE_REQUEST);
            control.getDriver(name, DarwinConstants.IF_FAKE_G_CMD_GET_PEER, request, "GET_PEER");
            return request.getString(PEER, UTF_8);
        }
    }

    /// True where frames still pass from one end to the other.
    ///
    /// @throws SyscallException ENXIO where the VM side is gone
    public boolean isConnected() throws SyscallException {
        return peer(own.control(), vmSide).equals(bridgeSide.value());
    }

    private static void setMtu(OwnInterfaces own, InterfaceName name, int mtu)
            throws SwitchdException {
        if (own.control().mtu(name) == mtu) {
            return;
        }
        try {
            own.control().setMtu(name, mtu);
        } catch (SyscallException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            OptionalInt largest = Sysctl.readInt(own.darwin(), LARGEST_MTU);
            throw new HostException(
                    "the bridge has an MTU of %d, feths at most %s: `sudo sysctl %s=%d`"
                            .formatted(
                                    mtu,
                                    largest.isPresent() ? largest.getAsInt() : "a smaller one",
                                    LARGEST_MTU,
                                    mtu),
                    e);
        }
    }

    /// The daemon's end.
    public InterfaceName vmSide() {
        return vmSide;
    }

    /// The member of the bridge.
    public InterfaceName bridgeSide() {
        return bridgeSide;
    }

    /// Removes both ends, and with them the membership. Closing twice is no error.
    @Override
    public void close() {
        own.undo(made);
    }
}
