package switchd.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.core.UsageException;

/// A user to whom a port's socket belongs.
///
/// @param uid the user's number
/// @param gid the number of the user's group
public record Owner(int uid, int gid) {
    /// The user that this process acts as.
    public static Owner current(Posix posix) {
        return new Owner(posix.geteuid(), posix.getegid());
    }

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9}):(\\d{1,9})");

    /// The user of this name, or with these numbers in the form `501:20`.
    ///
    /// @throws UsageException where there is none
    public static Owner named(Posix posix, String name) throws UsageException {
        Matcher numbers = NUMBERS.matcher(name);
        if (numbers.matches()) {
            return new Owner(
                    Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
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
}
