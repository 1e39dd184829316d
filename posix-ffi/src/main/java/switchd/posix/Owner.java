package switchd.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import switchd.core.UsageException;

/// A user to whom a port's socket belongs.
///
/// @param uid the user's number, see [Ids]
/// @param gid the number of the user's group
public record Owner(int uid, int gid) {
    /// The user that this process acts as.
    public static Owner current(Posix posix) {
        return new Owner(posix.geteuid(), posix.getegid());
    }

    /// The user of this name, or with these numbers in the form `501:20`.
    ///
    /// @throws UsageException where there is none
    public static Owner named(Posix posix, String name) throws UsageException {
        int colon = name.indexOf(':');
        if (colon >= 0) {
            return numbered(name, colon);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment passwd = posix.getpwnam(arena.allocateFrom(name));
            if (passwd.equals(MemorySegment.NULL)) {
                throw new UsageException(
                        "--owner: there is no user '"
                                + name
                                + "': give a name that `id` knows, or UID:GID");
            }
            return new Owner(Passwd.uid(passwd), Passwd.gid(passwd));
        }
    }

    /// No user's name has a colon in it: `/etc/passwd` could not hold it.
    private static Owner numbered(String name, int colon) throws UsageException {
        OptionalInt uid = Ids.parse(name.substring(0, colon));
        OptionalInt gid = Ids.parse(name.substring(colon + 1));
        if (uid.isEmpty() || gid.isEmpty()) {
            throw new UsageException(
                    "--owner: UID:GID takes two numbers from 0 to 4294967294, not '" + name + "'");
        }
        return new Owner(uid.getAsInt(), gid.getAsInt());
    }

    /// As `chown` takes them.
    @Override
    public String toString() {
        return Ids.text(uid) + ":" + Ids.text(gid);
    }
}
