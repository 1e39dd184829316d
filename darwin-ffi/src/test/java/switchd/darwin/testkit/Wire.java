package switchd.darwin.testkit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Structs;

/// Two feths that are each other's peer, both up: what goes out of one comes in at the other.
///
/// @param left one end
/// @param right the other
public record Wire(InterfaceName left, InterfaceName right) {
    /// Lays one, from a process of its own.
    public static Wire lay(FakeXnu kernel) throws SyscallException {
        try (InterfaceControl control = InterfaceControl.open(kernel.spawn(0));
                Arena arena = Arena.ofConfined()) {
            InterfaceName left = control.create("feth");
            InterfaceName right = control.create("feth");
            MemorySegment request = arena.allocate(Structs.IF_FAKE_REQUEST);
            long peer = Structs.offset(Structs.IF_FAKE_REQUEST, "iffr_u", "iffru_peer_name");
            InterfaceControl.putName(request, peer, right);
            int command = DarwinConstants.IF_FAKE_S_CMD_SET_PEER;
            control.setDriver(left, command, request, "SET_PEER, " + right);
            control.setUp(left);
            control.setUp(right);
            return new Wire(left, right);
        }
    }
}
