package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.Kernel;
import switchd.core.SyscallException;

/// What `lstat` tells of a file.
///
/// @param mode kind and permissions
/// @param uid the owner
/// @param gid its group
/// @param device where it lies
/// @param inode which it is there; the number may be used again once the file is gone
/// @param changedNanos when the inode was made or last changed: tells it from a later one with the
///   same number
public record FileStatus(int mode, int uid, int gid, long device, long inode, long changedNanos) {
    /// Enough for `struct stat` on every kernel: 144 bytes on Linux x86-64 and on Darwin, 128 on
    /// Linux arm64.
    private static final int BYTES = 144;

    /// Where the fields lie, in bytes. Source: glibc `sys/stat.h` by gcc for x86-64 and arm64; XNU
    /// `bsd/sys/stat.h` with 64-bit inode numbers.
    private record Offsets(int mode, int uid, int gid, int inode, int changed) {}

    private static final boolean DARWIN = Kernel.current() == Kernel.DARWIN;
    private static final Offsets AT = offsets();

    /// True for a unix socket.
    public boolean isSocket() {
        return (mode & PosixConstants.S_IFMT) == PosixConstants.S_IFSOCK;
    }

    /// True for a directory.
    public boolean isDirectory() {
        return (mode & PosixConstants.S_IFMT) == PosixConstants.S_IFDIR;
    }

    /// True where `other` is the same file, links and permissions aside.
    public boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }

    /// Room for what the kernel tells, see [#isStillAt].
    public static MemorySegment allocate(Arena arena) {
        return arena.allocate(BYTES, Long.BYTES);
    }

    /// True where this file, unchanged, is what `path` leads to. Allocates nothing.
    ///
    /// @param path a C string
    /// @param room of [#allocate]
    public boolean isStillAt(Posix posix, MemorySegment path, MemorySegment room) {
        return posix.lstat(path, room) >= 0
                && room.get(JAVA_LONG, AT.inode) == inode
                && device(room) == device
                && changedNanos(room) == changedNanos;
    }

    /// Looks at a path without following its last component.
    ///
    /// @return null where there is nothing
    /// @throws SyscallException where it cannot be looked at
    public static @Nullable FileStatus of(Posix posix, String path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(BYTES, Long.BYTES);
            int result = posix.lstat(arena.allocateFrom(path), status);
            if (Errno.ENOENT.is(result)) {
                return null;
            }
            SyscallException.check("lstat(" + path + ")", result);
            return read(status);
        }
    }

    private static FileStatus read(MemorySegment status) {
        int mode =
                DARWIN
                        ? Short.toUnsignedInt(status.get(JAVA_SHORT, AT.mode))
                        : status.get(JAVA_INT, AT.mode);
        return new FileStatus(
                mode,
                status.get(JAVA_INT, AT.uid),
                status.get(JAVA_INT, AT.gid),
                device(status),
                status.get(JAVA_LONG, AT.inode),
                changedNanos(status));
    }

    private static long device(MemorySegment status) {
        return DARWIN ? status.get(JAVA_INT, 0) : status.get(JAVA_LONG, 0);
    }

    private static long changedNanos(MemorySegment status) {
        long seconds = status.get(JAVA_LONG, AT.changed);
        long nanos = status.get(JAVA_LONG, AT.changed + Long.BYTES);
        return seconds * 1_000_000_000 + nanos;
    }

    private static Offsets offsets() {
        if (DARWIN) {
            return new Offsets(4, 16, 20, 8, 64);
        }
        boolean arm64 = System.getProperty("os.arch").equals("aarch64");
        return arm64 ? new Offsets(16, 24, 28, 8, 104) : new Offsets(24, 28, 32, 8, 104);
    }
}
