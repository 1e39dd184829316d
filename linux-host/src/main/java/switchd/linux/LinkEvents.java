package switchd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.posix.Fd;

/// A socket on which the kernel tells that interfaces have come, gone or changed (`man 7
/// rtnetlink`, `RTMGRP_LINK`). What it tells is not read, only that it does: whoever hears it asks
/// how things are now, as he must where messages were lost.
///
/// Belongs to the thread that opened it.
final class LinkEvents implements AutoCloseable {
    private static final int BUFFER_BYTES = 4096;

    /// Read in one turn of the loop; what is left makes the next one.
    private static final int MOST_MESSAGES = 256;

    private static final int FLAGS =
            LinuxConstants.SOCK_RAW | LinuxConstants.SOCK_NONBLOCK | LinuxConstants.SOCK_CLOEXEC;

    private final Linux linux;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final Fd fd;

    private LinkEvents(Linux linux, Fd fd) {
        this.linux = linux;
        this.fd = fd;
    }

    /// @throws SyscallException where the kernel gives none: EMFILE, ENFILE
    static LinkEvents open(Linux linux) throws SyscallException {
        int number = linux.socket(LinuxConstants.AF_NETLINK, FLAGS, NetlinkConstants.NETLINK_ROUTE);
        SyscallException.check("socket(AF_NETLINK)", number);
        LinkEvents events = new LinkEvents(linux, new Fd(linux, number));
        int result = events.join();
        if (result < 0) {
            events.close();
            throw new SyscallException("bind(AF_NETLINK, RTMGRP_LINK)", result);
        }
        return events;
    }

    private int join() {
        MemorySegment address = NetlinkMessage.address(arena, NetlinkConstants.RTMGRP_LINK);
        return linux.bind(fd.number(), address, (int) address.byteSize());
    }

    int fd() {
        return fd.number();
    }

    /// Takes what is there. ENOBUFS says that some of it is lost, which is no less than an event.
    ///
    /// @throws SyscallException where the socket is of no use any more
    void drain() throws SyscallException {
        for (int i = 0; i < MOST_MESSAGES; i++) {
            long length = linux.recvfrom(fd.number(), buffer, BUFFER_BYTES, 0);
            if (Errno.EAGAIN.is(length)) {
                return;
            }
            if (!Errno.ENOBUFS.is(length) && !Errno.EINTR.is(length)) {
                SyscallException.check("recvfrom(AF_NETLINK)", length);
            }
        }
    }

    @Override
    public void close() {
        fd.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
