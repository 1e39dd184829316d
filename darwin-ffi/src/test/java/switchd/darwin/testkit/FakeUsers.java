package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who has an account: root, vmuser (501) and other (502), the latter two of group 20.
final class FakeUsers {
    private static final Map<String, int[]> USERS =
            Map.of(
                    "root",
                    new int[] {0, 0},
                    "vmuser",
                    new int[] {501, 20},
                    "other",
                    new int[] {502, 20});

    // struct passwd of Darwin's pwd.h
    private static final int BYTES = 72;
    private static final int UID = 16;
    private static final int GID = 20;

    private FakeUsers() {}

    /// `getpwnam`
    static MemorySegment find(@Nullable String name) {
        int[] user = name == null ? null : USERS.get(name);
        if (user == null) {
            return MemorySegment.NULL;
        }
        Arena arena = Arena.ofAuto();
        MemorySegment passwd = arena.allocate(BYTES, Long.BYTES);
        passwd.set(JAVA_LONG, 0, arena.allocateFrom(name).address());
        passwd.set(JAVA_INT, UID, user[0]);
        passwd.set(JAVA_INT, GID, user[1]);
        return passwd;
    }
}
