package switchd.darwin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static switchd.posix.Downcalls.POINTER;
import static switchd.posix.Downcalls.link;
import static switchd.posix.Downcalls.linkOptional;
import static switchd.posix.Downcalls.linkVariadic;
import static switchd.posix.Downcalls.linkWithoutErrno;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import switchd.posix.NativePosix;

/// [Darwin] on the running C library. One instance a thread: the saved error number is its own.
public final class NativeDarwin extends NativePosix implements Darwin {
    private static final FunctionDescriptor KEVENT64_TYPE =
            FunctionDescriptor.of(
                    JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

    private static final MethodHandle OPEN =
            linkVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle KQUEUE = link("kqueue", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle KEVENT64 = link("kevent64", KEVENT64_TYPE);
    private static final MethodHandle KEVENT64_TRIGGER =
            linkWithoutErrno("kevent64", KEVENT64_TYPE);
    private static final MethodHandle SENDMSG_X =
            linkOptional(
                    "sendmsg_x",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, POINTER, JAVA_INT, JAVA_INT));
    private static final MethodHandle RECVMSG_X =
            linkOptional(
                    "recvmsg_x",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSCTLBYNAME =
            link(
                    "sysctlbyname",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle GETIFADDRS =
            link("getifaddrs", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle FREEIFADDRS =
            linkWithoutErrno("freeifaddrs", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle GETPID =
            linkWithoutErrno("getpid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle KILL =
            link("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETEUID =
            link("seteuid", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /// @param arena of the thread that uses this instance
    public NativeDarwin(Arena arena) {
        super(arena);
    }

    @Override
    public int open(MemorySegment path, int flags, int mode) {
        try {
            return result((int) OPEN.invokeExact(callState(), path, flags, mode));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int kqueue() {
        try {
            return result((int) KQUEUE.invokeExact(callState()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int kevent64(
            int kqueue,
            MemorySegment changes,
            int changeCount,
            MemorySegment events,
            int eventCount,
            int flags,
            MemorySegment timeout) {
        try {
            return result(
                    (int)
                            KEVENT64.invokeExact(
                                    callState(),
                                    kqueue,
                                    changes,
                                    changeCount,
                                    events,
                                    eventCount,
                                    flags,
                                    timeout));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int kevent64_trigger(int kqueue, MemorySegment change) {
        try {
            return (int)
                    KEVENT64_TRIGGER.invokeExact(
                            kqueue, change, 1, MemorySegment.NULL, 0, 0, MemorySegment.NULL);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long sendmsg_x(int fd, MemorySegment messages, long offset, int count, int flags) {
        Objects.checkFromIndexSize(
                offset, count * Structs.MSGHDR_X.byteSize(), messages.byteSize());
        try {
            return result(
                    (long)
                            SENDMSG_X.invokeExact(
                                    callState(), fd, messages.address() + offset, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long recvmsg_x(int fd, MemorySegment messages, int count, int flags) {
        try {
            return result((long) RECVMSG_X.invokeExact(callState(), fd, messages, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int sysctlbyname(
            MemorySegment name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength) {
        try {
            return result(
                    (int)
                            SYSCTLBYNAME.invokeExact(
                                    callState(), name, old, oldLength, value, valueLength));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getifaddrs(MemorySegment list) {
        try {
            return result((int) GETIFADDRS.invokeExact(callState(), list));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public void freeifaddrs(MemorySegment list) {
        try {
            FREEIFADDRS.invokeExact(list);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getpid() {
        try {
            return (int) GETPID.invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int kill(int pid, int signal) {
        try {
            return result((int) KILL.invokeExact(callState(), pid, signal));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int seteuid(int uid) {
        try {
            return result((int) SETEUID.invokeExact(callState(), uid));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }
}
