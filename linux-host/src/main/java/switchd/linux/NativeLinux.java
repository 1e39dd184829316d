package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static switchd.posix.Downcalls.link;
import static switchd.posix.Downcalls.linkVariadic;
import static switchd.posix.Downcalls.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import switchd.posix.Downcalls;
import switchd.posix.NativePosix;

/// [Linux] on the running C library. One instance a thread: the saved error number is its own.
public final class NativeLinux extends NativePosix implements Linux {
    private static final MethodHandle EPOLL_CREATE1 =
            link("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
            link(
                    "epoll_ctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EPOLL_WAIT =
            link(
                    "epoll_wait",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD =
            link("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD_WRITE =
            Downcalls.linkWithoutErrno(
                    "eventfd_write", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle RECVMMSG =
            link(
                    "recvmmsg",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle SENDMMSG =
            link(
                    "sendmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle SENDTO =
            link(
                    "sendto",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVFROM =
            link(
                    "recvfrom",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETSOCKNAME =
            link("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETFSUID =
            link("setfsuid", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SETFSGID =
            link("setfsgid", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle GETGROUPS =
            link("getgroups", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle SYSCALL =
            linkVariadic(
                    "syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle UNSHARE =
            link("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle MOUNT =
            link(
                    "mount",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));

    /// @param arena of the thread that uses this instance
    public NativeLinux(Arena arena) {
        super(arena);
    }

    @Override
    public int epoll_create1(int flags) {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(callState(), flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int epoll_ctl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(callState(), epoll, operation, fd, event));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int epoll_wait(int epoll, MemorySegment events, int count, int milliseconds) {
        try {
            return result(
                    (int) EPOLL_WAIT.invokeExact(callState(), epoll, events, count, milliseconds));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int eventfd(int initial, int flags) {
        try {
            return result((int) EVENTFD.invokeExact(callState(), initial, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int eventfd_write(int fd, long value) {
        try {
            return (int) EVENTFD_WRITE.invokeExact(fd, value);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int recvmmsg(int fd, MemorySegment messages, int count, int flags) {
        try {
            return result(
                    (int)
                            RECVMMSG.invokeExact(
                                    callState(), fd, messages, count, flags, MemorySegment.NULL));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int sendmmsg(int fd, MemorySegment messages, int count, int flags) {
        try {
            return result((int) SENDMMSG.invokeExact(callState(), fd, messages, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long sendto(
            int fd,
            MemorySegment buffer,
            long length,
            int flags,
            MemorySegment address,
            int addressLength) {
        try {
            return result(
                    (long)
                            SENDTO.invokeExact(
                                    callState(),
                                    fd,
                                    buffer,
                                    length,
                                    flags,
                                    address,
                                    addressLength));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long recvfrom(int fd, MemorySegment buffer, long length, int flags) {
        try {
            return result(
                    (long)
                            RECVFROM.invokeExact(
                                    callState(),
                                    fd,
                                    buffer,
                                    length,
                                    flags,
                                    MemorySegment.NULL,
                                    MemorySegment.NULL));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getsockname(int fd, MemorySegment address, MemorySegment length) {
        try {
            return result((int) GETSOCKNAME.invokeExact(callState(), fd, address, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setfsuid(int uid) {
        try {
            return (int) SETFSUID.invokeExact(callState(), uid);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setfsgid(int gid) {
        try {
            return (int) SETFSGID.invokeExact(callState(), gid);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getgroups(int size, MemorySegment list) {
        try {
            return result((int) GETGROUPS.invokeExact(callState(), size, list));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setgroups(int size, MemorySegment list) {
        try {
            long number = LinuxConstants.SYS_SETGROUPS;
            return (int) result((long) SYSCALL.invokeExact(callState(), number, (long) size, list));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int unshare(int flags) {
        try {
            return result((int) UNSHARE.invokeExact(callState(), flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int mount(MemorySegment source, MemorySegment target, long flags) {
        try {
            MemorySegment none = MemorySegment.NULL;
            return result((int) MOUNT.invokeExact(callState(), source, target, none, flags, none));
        } catch (Throwable t) {
            throw new AssertionError("mount", t);
        }
    }
}
