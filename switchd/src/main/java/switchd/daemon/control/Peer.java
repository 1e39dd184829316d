package switchd.daemon.control;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Set;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketCredentials;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.Kernel;
import switchd.posix.Ids;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Who is at the other end of a connection, as the kernel noted it when he connected.
///
/// The groups are those that the process really had then (Linux `SO_PEERGROUPS`, macOS
/// `LOCAL_PEERCRED`): no group database is asked, which could block, and would not know of `sg`.
///
/// @param uid effective user
/// @param gid effective group
/// @param gids that one, and supplementary ones
/// @param pid for messages; -1 where the kernel does not tell
record Peer(int uid, int gid, Set<Integer> gids, long pid) {
    private static final int SO_PEERGROUPS = 59; // Linux 4.13, include/uapi/asm-generic/socket.h
    private static final int MOST_GROUPS = 65_536;

    /// @param posix of the calling thread
    /// @throws IOException where the kernel does not know him
    static Peer of(AFUNIXSocketChannel channel, Posix posix) throws IOException {
        AFUNIXSocketCredentials known = channel.getPeerCredentials();
        if (known == null || known.getUid() < 0) {
            throw new IOException("the kernel does not tell who connects");
        }
        Set<Integer> gids = new LinkedHashSet<>();
        if (known.getGids() != null) {
            for (long gid : known.getGids()) {
                gids.add((int) gid);
            }
        }
        if (Kernel.current() == Kernel.LINUX) {
            int fd = FileDescriptorCast.using(channel.getFileDescriptor()).as(Integer.class);
            addSupplementary(fd, posix, gids);
        }
        if (gids.isEmpty()) {
            throw new IOException("the kernel does not tell the group of who connects");
        }
        int gid = gids.iterator().next(); // both kernels name the effective one first
        return new Peer((int) known.getUid(), gid, Set.copyOf(gids), known.getPid());
    }

    /// An older kernel leaves it at the effective group.
    private static void addSupplementary(int fd, Posix posix, Set<Integer> gids) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment groups = arena.allocate(JAVA_INT, MOST_GROUPS);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) groups.byteSize());
            if (posix.getsockopt(fd, PosixConstants.SOL_SOCKET, SO_PEERGROUPS, groups, length)
                    >= 0) {
                int count = length.get(JAVA_INT, 0) / Integer.BYTES;
                for (int i = 0; i < count; i++) {
                    gids.add(groups.getAtIndex(JAVA_INT, i));
                }
            }
        }
    }

    @Override
    public String toString() {
        String user = "user " + Ids.text(uid);
        return pid < 0 ? user : user + " (pid " + pid + ")";
    }
}
