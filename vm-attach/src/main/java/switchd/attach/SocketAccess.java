package switchd.attach;

import switchd.core.UsageException;
import switchd.posix.Owner;

/// Whose a port's sockets are, and who else may attach.
///
/// @param owner their user, and their group
/// @param mode their permissions, as `chmod` takes them; who may read and write may attach
public record SocketAccess(Owner owner, int mode) {
    /// The permissions where none are asked for: the owner's alone.
    public static final int PRIVATE = 0600;

    /// The permissions for a group.
    public static final int GROUP_TOO = 0660;

    private static final int GROUP = 060;
    private static final int OTHERS = 06;
    private static final int STICKY = 01000;

    /// Sockets of `owner` alone.
    public static SocketAccess privateTo(Owner owner) {
        return new SocketAccess(owner, PRIVATE);
    }

    /// Sockets of `owner`, with a mode that an operator chose.
    ///
    /// @throws UsageException where not the owner, or any other, may read and not write, or write
    ///   and not read: who is to attach does both
    public static SocketAccess of(Owner owner, int mode) throws UsageException {
        if ((mode & ~0666) != 0 || (mode & PRIVATE) != PRIVATE || !isWhole(mode)) {
            throw new UsageException(
                    "--mode: 0600, 0660 or 0666, not 0"
                            + Integer.toOctalString(mode)
                            + ": who is to attach reads and writes");
        }
        return new SocketAccess(owner, mode);
    }

    private static boolean isWhole(int mode) {
        int group = mode & GROUP;
        int others = mode & OTHERS;
        return (group == 0 || group == GROUP) && (others == 0 || others == OTHERS);
    }

    /// True where others than the owner may attach.
    boolean isShared() {
        return (mode & (GROUP | OTHERS)) != 0;
    }

    /// True where the group may attach, and therefore matters.
    boolean isForGroup() {
        return (mode & GROUP) != 0;
    }

    /// The permissions of a directory for such sockets: who may attach may put his own socket
    /// beside ours, and remove nobody else's.
    int directoryMode() {
        return 0700
                | (isForGroup() ? 070 : 0)
                | ((mode & OTHERS) == 0 ? 0 : 07)
                | (isShared() ? STICKY : 0);
    }
}
