package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
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

    // The plain name is the layout with 32-bit inode numbers on x86-64 macOS.
    private static final String LSTAT =
            DARWIN && System.getProperty("os.arch").equals("x86_64") ? "lstat$INODE64" : "lstat";

    private static final MethodHandle SOCKET =
            Downcalls.link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            Downcalls.link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            Downcalls.link("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETPEERNAME =
            Downcalls.link(
                    "getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle RECVMSG =
            Downcalls.link(
                    "recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG =
            Downcalls.link(
                    "sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            Downcalls.link(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            Downcalls.link(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    // Variadic: arm64 macOS passes such arguments on the stack.
    private static final MethodHandle OPEN =
            Downcalls.link(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            Downcalls.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            Downcalls.link(
                    "read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            Downcalls.link(
                    "write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle IOCTL =
            Downcalls.link(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FCNTL =
            Downcalls.link(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle UNLINK =
            Downcalls.link("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle MKDIR =
            withMode("mkdir", FunctionDescriptor.of(JAVA_INT, ADDRESS, MODE));
    private static final MethodHandle RMDIR =
            Downcalls.link("rmdir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle CHOWN =
            Downcalls.link("chown", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle LSTAT_HANDLE =
            Downcalls.link(LSTAT, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle UMASK = withMode("umask", FunctionDescriptor.of(MODE, MODE));
    private static final MethodHandle GETEUID =
            Downcalls.link("geteuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETEGID =
            Downcalls.link("getegid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETPWNAM =
            Downcalls.link(
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
            throw new AssertionError("socket", t);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        try {
            return result((int) BIND.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError("bind", t);
        }
    }

    @Override
    public int connect(int fd, MemorySegment address, int length) {
        try {
            return result((int) CONNECT.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError("connect", t);
        }
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        try {
            return result((int) GETPEERNAME.invokeExact(callState, fd, address, length));
        } catch (Throwable t) {
            throw new AssertionError("getpeername", t);
        }
    }

    @Override
    public long recvmsg(int fd, MemorySegment message, int flags) {
        try {
            return result((long) RECVMSG.invokeExact(callState, fd, message, flags));
        } catch (Throwable t) {
            throw new AssertionError("recvmsg", t);
        }
    }

    @Override
    public long sendmsg(int fd, MemorySegment message, int flags) {
        try {
            return result((long) SENDMSG.invokeExact(callState, fd, message, flags));
        } catch (Throwable t) {
            throw new AssertionError("sendmsg", t);
        }
    }

    @Override
    public int getsockopt(
            int fd, int level, int option, MemorySegment value, MemorySegment length) {
        try {
            return result(
                    (int) GETSOCKOPT.invokeExact(callState, fd, level, option, value, length));
        } catch (Throwable t) {
            throw new AssertionError("getsockopt", t);
        }
    }

    @Override
    public int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        try {
            return result(
                    (int) SETSOCKOPT.invokeExact(callState, fd, level, option, value, length));
        } catch (Throwable t) {
            throw new AssertionError("setsockopt", t);
        }
    }

    @Override
    public int open(MemorySegment path, int flags) {
        try {
            return result((int) OPEN.invokeExact(callState, path, flags));
        } catch (Throwable t) {
            throw new AssertionError("open", t);
        }
    }

    @Override
    public int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(callState, fd));
        } catch (Throwable t) {
            throw new AssertionError("close", t);
        }
    }

    @Override
    public long read(int fd, MemorySegment buffer, long offset, long count) {
        checkRange(buffer, offset, count);
        try {
            return result((long) READ.invokeExact(callState, fd, buffer.address() + offset, count));
        } catch (Throwable t) {
            throw new AssertionError("read", t);
        }
    }

    @Override
    public long write(int fd, MemorySegment buffer, long offset, long count) {
        checkRange(buffer, offset, count);
        try {
            return result(
                    (long) WRITE.invokeExact(callState, fd, buffer.address() + offset, count));
        } catch (Throwable t) {
            throw new AssertionError("write", t);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(callState, fd, request, argument));
        } catch (Throwable t) {
            throw new AssertionError("ioctl", t);
        }
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        try {
            return result((int) FCNTL.invokeExact(callState, fd, command, (long) argument));
        } catch (Throwable t) {
            throw new AssertionError("fcntl", t);
        }
    }

    @Override
    public int unlink(MemorySegment path) {
        try {
            return result((int) UNLINK.invokeExact(callState, path));
        } catch (Throwable t) {
            throw new AssertionError("unlink", t);
        }
    }

    @Override
    public int mkdir(MemorySegment path, int mode) {
        try {
            return result((int) MKDIR.invokeExact(callState, path, mode));
        } catch (Throwable t) {
            throw new AssertionError("mkdir", t);
        }
    }

    @Override
    public int rmdir(MemorySegment path) {
        try {
            return result((int) RMDIR.invokeExact(callState, path));
        } catch (Throwable t) {
            throw new AssertionError("rmdir", t);
        }
    }

    @Override
    public int chown(MemorySegment path, int owner, int group) {
        try {
            return result((int) CHOWN.invokeExact(callState, path, owner, group));
        } catch (Throwable t) {
            throw new AssertionError("chown", t);
        }
    }

    @Override
    public int lstat(MemorySegment path, MemorySegment status) {
        try {
            return result((int) LSTAT_HANDLE.invokeExact(callState, path, status));
        } catch (Throwable t) {
            throw new AssertionError("lstat", t);
        }
    }

    @Override
    public int umask(int mask) {
        try {
            return (int) UMASK.invokeExact(callState, mask);
        } catch (Throwable t) {
            throw new AssertionError("umask", t);
        }
    }

    @Override
    public int geteuid() {
        try {
            return (int) GETEUID.invokeExact(callState);
        } catch (Throwable t) {
            throw new AssertionError("geteuid", t);
        }
    }

    @Override
    public int getegid() {
        try {
            return (int) GETEGID.invokeExact(callState);
        } catch (Throwable t) {
            throw new AssertionError("getegid", t);
        }
    }

    @Override
    public MemorySegment getpwnam(MemorySegment name) {
        try {
            return (MemorySegment) GETPWNAM.invokeExact(callState, name);
        } catch (Throwable t) {
            throw new AssertionError("getpwnam", t);
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

    /// Links a function of `mode_t` so that Java callers pass and get an `int` on every kernel.
    private static MethodHandle withMode(String name, FunctionDescriptor type) {
        MethodHandle handle = Downcalls.link(name, type);
        MethodType ints = handle.type();
        for (int i = 0; i < ints.parameterCount(); i++) {
            if (ints.parameterType(i) == short.class) {
                ints = ints.changeParameterType(i, int.class);
            }
        }
        return MethodHandles.explicitCastArguments(handle, ints.changeReturnType(int.class));
    }
}
