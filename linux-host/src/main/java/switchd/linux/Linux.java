package switchd.linux;

import java.lang.foreign.MemorySegment;
import switchd.posix.Posix;

/// The calls of Linux alone, under their own names and with their own results: the value on
/// success, the negated error number on failure. No call throws. Source: the man pages, section 2.
///
/// One instance belongs to one thread, but for [#eventfd_write]. A fake of this interface stands in
/// for the kernel in tests.
public interface Linux extends Posix {
    /// `int epoll_create1(int flags)`
    int epoll_create1(int flags);

    /// `int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)`
    int epoll_ctl(int epoll, int operation, int fd, MemorySegment event);

    /// `int epoll_wait(int epoll, struct epoll_event *events, int count, int milliseconds)`
    int epoll_wait(int epoll, MemorySegment events, int count, int milliseconds);

    /// `int eventfd(unsigned int initial, int flags)`
    int eventfd(int initial, int flags);

    /// `int eventfd_write(int fd, eventfd_t value)`: from any thread. 0, or -1 whatever the error.
    int eventfd_write(int fd, long value);

    /// `int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, NULL)`: gives
    /// the number of messages.
    int recvmmsg(int fd, MemorySegment messages, int count, int flags);

    /// `int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)`, from the
    /// first message on: gives the number of messages that were sent.
    int sendmmsg(int fd, MemorySegment messages, int count, int flags);

    /// `ssize_t sendto(int fd, const void *buffer, size_t length, int flags, address, length)`
    long sendto(
            int fd,
            MemorySegment buffer,
            long length,
            int flags,
            MemorySegment address,
            int addressLength);

    /// `ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, NULL, NULL)`
    long recvfrom(int fd, MemorySegment buffer, long length, int flags);

    /// `int getsockname(int fd, struct sockaddr *address, socklen_t *length)`
    int getsockname(int fd, MemorySegment address, MemorySegment length);

    /// `int setfsuid(uid_t uid)`, of this thread. Gives the former one and tells no error.
    int setfsuid(int uid);

    /// `int setfsgid(gid_t gid)`, of this thread. Gives the former one and tells no error.
    int setfsgid(int gid);

    /// `int getgroups(int size, gid_t list[])`, of this thread.
    int getgroups(int size, MemorySegment list);

    /// `setgroups(size_t size, const gid_t *list)` as the kernel has it, of this thread alone: the
    /// C library's function of this name changes all threads.
    int setgroups(int size, MemorySegment list);

    /// `int unshare(int flags)`, of this thread.
    int unshare(int flags);

    /// `int mount(const char *source, const char *target, NULL, unsigned long flags, NULL)`
    int mount(MemorySegment source, MemorySegment target, long flags);
}
