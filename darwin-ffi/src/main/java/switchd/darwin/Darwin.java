package switchd.darwin;

import java.lang.foreign.MemorySegment;
import switchd.posix.Posix;

/// The calls of Darwin alone, under their own names and with their own results: the value on
/// success, the negated error number on failure. No call throws. Source of the prototypes: Apple's
/// headers as a compiler read them; a test holds them.
///
/// One instance belongs to one thread, but for [#kevent64_trigger]. A fake of this interface stands
/// in for the kernel in tests.
public interface Darwin extends Posix {
    /// `int open(const char *path, int flags, ...)`, with the mode of a file that it creates.
    int open(MemorySegment path, int flags, int mode);

    /// `int kqueue(void)`
    int kqueue();

    /// `int kevent64(int kqueue, const struct kevent64_s *changes, int changeCount, struct
    /// kevent64_s *events, int eventCount, unsigned int flags, const struct timespec *timeout)`
    int kevent64(
            int kqueue,
            MemorySegment changes,
            int changeCount,
            MemorySegment events,
            int eventCount,
            int flags,
            MemorySegment timeout);

    /// `kevent64` with one change, no events and no wait: from any thread. 0, or -1 whatever the
    /// error.
    int kevent64_trigger(int kqueue, MemorySegment change);

    /// `ssize_t sendmsg_x(int fd, const struct msghdr_x *messages, u_int count, int flags)`, from
    /// byte `offset` of `messages` on: gives the number of messages; `-ENOSYS` where the library
    /// has no such function.
    long sendmsg_x(int fd, MemorySegment messages, long offset, int count, int flags);

    /// `ssize_t recvmsg_x(int fd, const struct msghdr_x *messages, u_int count, int flags)`: gives
    /// the number of messages; `-ENOSYS` where the library has no such function.
    long recvmsg_x(int fd, MemorySegment messages, int count, int flags);

    /// `int sysctlbyname(const char *name, void *old, size_t *oldLength, void *new, size_t
    /// newLength)`
    int sysctlbyname(
            MemorySegment name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength);

    /// `int getifaddrs(struct ifaddrs **list)`: the list lies in memory of the C library until
    /// [#freeifaddrs].
    int getifaddrs(MemorySegment list);

    /// `void freeifaddrs(struct ifaddrs *list)`
    void freeifaddrs(MemorySegment list);

    /// `pid_t getpid(void)`
    int getpid();

    /// `int kill(pid_t pid, int signal)`; signal 0 only asks whether there is such a process.
    int kill(int pid, int signal);

    /// `int seteuid(uid_t uid)`: of the process.
    int seteuid(int uid);
}
