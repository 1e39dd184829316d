package switchd.feth;

import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.darwin.Structs.IFBIFCONF;
import static switchd.darwin.Structs.IFBREQ;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.SyscallException;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Structs;

/// Who is a member of a bridge, as its driver tells. Takes no privilege.
public final class BridgeMembers {
    private static final long MEMBER = Structs.offset(IFBREQ, "ifbr_ifsname");
    private static final long MEMBER_FLAGS = Structs.offset(IFBREQ, "ifbr_ifsflags");
    private static final long LIST_BYTES = Structs.offset(IFBIFCONF, "ifbic_len");
    private static final long LIST = Structs.offset(IFBIFCONF, "ifbic_ifbicu", "ifbicu_buf");

    /// Room for members that come while we ask.
    private static final int SPARE = 8;

    private BridgeMembers() {}

    /// The members of `bridge`, up or down. One that goes meanwhile is left out.
    ///
    /// @throws SyscallException where it is gone, or no bridge
    public static List<LanMember> of(InterfaceControl control, InterfaceName bridge)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFBIFCONF);
            control.getDriver(bridge, DarwinConstants.BRDGGIFS, request, "BRDGGIFS");
            int needed = request.get(JAVA_INT, LIST_BYTES);
            if (needed <= 0) {
                return List.of();
            }
            MemorySegment list = arena.allocate(needed + SPARE * IFBREQ.byteSize(), Integer.BYTES);
            request.set(JAVA_INT, LIST_BYTES, (int) list.byteSize());
            request.set(ADDRESS_UNALIGNED, LIST, list);
            control.getDriver(bridge, DarwinConstants.BRDGGIFS, request, "BRDGGIFS");
            long count = request.get(JAVA_INT, LIST_BYTES) / IFBREQ.byteSize();
            List<LanMember> members = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                add(control, members, list.asSlice(i * IFBREQ.byteSize(), IFBREQ));
            }
            return List.copyOf(members);
        }
    }

    private static void add(InterfaceControl control, List<LanMember> members, MemorySegment entry)
            throws SyscallException {
        InterfaceName name = new InterfaceName(entry.getString(MEMBER, UTF_8));
        boolean translates =
                (entry.get(JAVA_INT, MEMBER_FLAGS) & DarwinConstants.IFBIF_MAC_NAT) != 0;
        try {
            members.add(control.member(name, translates));
        } catch (SyscallException e) {
            if (!e.is(Errno.ENXIO)) { // it went in between
                throw e;
            }
        }
    }
}
