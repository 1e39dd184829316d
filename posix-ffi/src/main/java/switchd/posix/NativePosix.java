package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static switchd.posix.Downcalls.POINTER;
import static switchd.posix.Downcalls.link;
import static switchd.posix.Downcalls.linkVariadic;
import static switchd.posix.Downcalls.linkWithoutErrno;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import switchd.core.Kernel;

/// [Posix] on the running C library. One instance a thread: the saved error number is its own.
public class NativePosix implements Posix {
    private static final boolean DARWIN = Kernel.current() == Kernel.DARWIN;

    // `mode_t` has 16 bits on Darwin, 32 on Linux.
    private static final ValueLayout MODE = DARWIN ? JAVA_SHORT : JAVA_INT;

    // The same for a program that is not setgid, and the one that every stand-in for Darwin's
    // library has.
    private static final String GETEGID_NAME = DARWIN ? "getgid" : "getegid";

    private static final MethodHandle SOCKET =
            link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKETPAIR =
            link(
                    "socketpair",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle BIND =
            link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            link("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LISTEN =
            link("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT =
            link("accept", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETPEERNAME =
            link("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle RECVMSG =
            link("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG =
            link("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            link(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            link(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle OPEN =
            linkVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE =
            link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            link("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, POINTER, JAVA_LONG));
    private static final MethodHandle WRITE =
            link("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, POINTER, JAVA_LONG));
    private static final MethodHandle IOCTL =
            linkVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle FCNTL =
            linkVariadic(
                    "fcntl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle UNLINK =
            link("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle MKDIR =
            withIntMode(link("mkdir", FunctionDescriptor.of(JAVA_INT, ADDRESS, MODE)));
    private static final MethodHandle RMDIR =
            link("rmdir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle CHOWN =
            link("chown", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle CHMOD =
            withIntMode(link("chmod", FunctionDescriptor.of(JAVA_INT, ADDRESS, MODE)));
    private static final MethodHandle LSTAT =
            link("lstat", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle UMASK =
            withIntMode(linkWithoutErrno("umask", FunctionDescriptor.of(MODE, MODE)));
    private static final MethodHandle GETEUID =
            linkWithoutErrno("geteuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETEGID =
            linkWithoutErrno(GETEGID_NAME, FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETPWNAM =
            linkWithoutErrno(
                    "getpwnam", FunctionDescriptor.of(Downcalls.pointerTo(Passwd.LAYOUT), ADDRESS));

    private final MemorySegment callState;

    /// @param arena of the thread that uses this instance
    public NativePosix(Arena arena) {
        callState = arena.allocate(Downcalls.CALL_STATE);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        try {
            return result((int) SOCKET.invokeExact(callState, domain, type, protocol));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int socketpair(int domain, int type, int protocol, MemorySegment fds) {
        try {
            return result((int) SOCKETPAIR.invokeExact(callState, domain, type, protocol, fds));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        try {
            return result((int) BIND.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int connect(int fd, MemorySegment address, int length) {
        try {
            return result((int) CONNECT.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        try {
            return result((int) LISTEN.invokeExact(callState, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int accept(int fd, MemorySegment address, MemorySegment length) {
        try {
            return result((int) ACCEPT.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        try {
            return result((int) GETPEERNAME.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long recvmsg(int fd, MemorySegment message, int flags) {
        try {
            return result((long) RECVMSG.invokeExact(callState, fd, message, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long sendmsg(int fd, MemorySegment message, int flags) {
        try {
            return result((long) SENDMSG.invokeExact(callState, fd, message, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getsockopt(
            int fd, int level, int option, MemorySegment value, MemorySegment length) {
        try {
            return result(
                    (int) GETSOCKOPT.invokeExact(callState, fd, level, option, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        try {
            return result(
                    (int) SETSOCKOPT.invokeExact(callState, fd, level, option, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int open(MemorySegment path, int flags) {
        try {
            return result((int) OPEN.invokeExact(callState, path, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(callState, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long read(int fd, MemorySegment buffer, long offset, long count) {
        checkRange(buffer, offset, count);
        try {
            return result((long) READ.invokeExact(callState, fd, buffer.address() + offset, count));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long write(int fd, MemorySegment buffer, long offset, long count) {
        checkRange(buffer, offset, count);
        try {
            return result(
                    (long) WRITE.invokeExact(callState, fd, buffer.address() + offset, count));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(callState, fd, request, argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        try {
            return result((int) FCNTL.invokeExact(callState, fd, command, (long) argument));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int unlink(MemorySegment path) {
        try {
            return result((int) UNLINK.invokeExact(callState, path));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int mkdir(MemorySegment path, int mode) {
        try {
            return result((int) MKDIR.invokeExact(callState, path, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int rmdir(MemorySegment path) {
        try {
            return result((int) RMDIR.invokeExact(callState, path));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int chown(MemorySegment path, int owner, int group) {
        try {
            return result((int) CHOWN.invokeExact(callState, path, owner, group));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int chmod(MemorySegment path, int mode) {
        try {
            return result((int) CHMOD.invokeExact(callState, path, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int lstat(MemorySegment path, MemorySegment status) {
        try {
            return result((int) LSTAT.invokeExact(callState, path, status));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int umask(int mask) {
        try {
            return (int) UMASK.invokeExact(mask);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int geteuid() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getegid() {
        try {
            return (int) GETEGID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public MemorySegment getpwnam(MemorySegment name) {
        try {
            return (MemorySegment) GETPWNAM.invokeExact(name);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// What subclasses pass as the first argument of a linked function.
    protected final MemorySegment callState() {
        return callState;
    }

    /// A C result with failure as the negated error number.
    protected final int result(int returned) {
        return returned >= 0 ? returned : -Downcalls.errno(callState);
    }

    /// A C result with failure as the negated error number.
    protected final long result(long returned) {
        return returned >= 0 ? returned : -Downcalls.errno(callState);
    }

    /// The kernel gets addresses: nothing else keeps it inside the segment.
    private static void checkRange(MemorySegment buffer, long offset, long count) {
        if (offset < 0 || count < 0 || offset > buffer.byteSize() - count) {
            throw new IndexOutOfBoundsException(
                    offset + " + " + count + " in " + buffer.byteSize() + " bytes");
        }
    }

    /// A function of `mode_t` as Java callers pass and get an `int` on every kernel.
    private static MethodHandle withIntMode(MethodHandle handle) {
        MethodType ints = handle.type();
        for (int i = 0; i < ints.parameterCount(); i++) {
            if (ints.parameterType(i) == short.class) {
                ints = ints.changeParameterType(i, int.class);
            }
        }
        return MethodHandles.explicitCastArguments(handle, ints.changeReturnType(int.class));
    }
}
