package switchd.linux;

import static switchd.linux.NetlinkConstants.IFLA_GROUP;
import static switchd.linux.NetlinkConstants.NLM_F_ACK;
import static switchd.linux.NetlinkConstants.RTM_DELLINK;
import static switchd.linux.NetlinkConstants.RTM_NEWLINK;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import switchd.core.Errno;
import switchd.core.SyscallException;

/// Removes interfaces together: `ip link set dev NAME group N` for each, then `ip link delete group
/// N`. To remove one, the kernel waits some 20 ms for all CPUs to let go of it, and for a group no
/// longer than for one.
final class LinkGroup {
    /// Far above what people number their groups with.
    private static final int LEAST = 1 << 30;

    private LinkGroup() {}

    /// Removes the interfaces of these numbers; those that are gone already are no error.
    ///
    /// @throws SyscallException where the kernel removes none of them: EINVAL before Linux 3.16
    static void remove(Linux linux, List<Integer> indexes) throws SyscallException {
        int group = ThreadLocalRandom.current().nextInt(LEAST, Integer.MAX_VALUE);
        try (NetlinkSocket socket = NetlinkSocket.open(linux)) {
            for (int index : indexes) {
                join(socket, index, group);
            }
            request(socket, "RTM_DELLINK group " + group, RTM_DELLINK, 0, group);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    private static void join(NetlinkSocket socket, int index, int group) throws SyscallException {
        try {
            request(socket, "RTM_NEWLINK " + index + " group " + group, RTM_NEWLINK, index, group);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    private static void request(NetlinkSocket socket, String what, int type, int index, int group)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            socket.request(
                    what,
                    NetlinkMessage.aboutLink(arena, type, NLM_F_ACK, index, 0)
                            .number(IFLA_GROUP, group),
                    _ -> {});
        }
    }
}
