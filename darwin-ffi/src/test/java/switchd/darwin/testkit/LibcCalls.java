package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import switchd.darwin.Darwin;
import switchd.darwin.DarwinConstants;

/// The C functions whose form is not that of their method in [Darwin].
final class LibcCalls {
    private final Darwin kernel;

    // Stays until the next call, as the C library's does.
    private MemorySegment user = MemorySegment.NULL;

    LibcCalls(Darwin kernel) {
        this.kernel = kernel;
    }

    int open(MemorySegment path, int flags, int mode) {
        return (flags & DarwinConstants.O_CREAT) == 0
                ? kernel.open(path, flags)
                : kernel.open(path, flags, mode);
    }

    int fcntl(int fd, int command, long argument) {
        return kernel.fcntl(fd, command, Math.toIntExact(argument));
    }

    long read(int fd, MemorySegment buffer, long count) {
        return kernel.read(fd, buffer, 0, count);
    }

    long write(int fd, MemorySegment buffer, long count) {
        return kernel.write(fd, buffer, 0, count);
    }

    long sendmsg_x(int fd, MemorySegment messages, int count, int flags) {
        return kernel.sendmsg_x(fd, messages, 0, count, flags);
    }

    int mkdir(MemorySegment path, short mode) {
        return kernel.mkdir(path, Short.toUnsignedInt(mode));
    }

    int chmod(MemorySegment path, short mode) {
        return kernel.chmod(path, Short.toUnsignedInt(mode));
    }

    short umask(short mask) {
        return (short) kernel.umask(Short.toUnsignedInt(mask));
    }

    int getgid() {
        return kernel.getegid();
    }

    MemorySegment getpwnam(MemorySegment name) {
        user = kernel.getpwnam(name);
        return user;
    }
}
