package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// The beginning of `struct passwd`, which is the same on both kernels (glibc `pwd.h`, Darwin
/// `pwd.h`).
final class Passwd {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                    ADDRESS.withName("pw_name"),
                    ADDRESS.withName("pw_passwd"),
                    JAVA_INT.withName("pw_uid"),
                    JAVA_INT.withName("pw_gid"));

    private static final long UID = LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement(2));
    private static final long GID = LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement(3));

    private Passwd() {}

    static int uid(MemorySegment passwd) {
        return passwd.get(JAVA_INT, UID);
    }

    static int gid(MemorySegment passwd) {
        return passwd.get(JAVA_INT, GID);
    }
}
