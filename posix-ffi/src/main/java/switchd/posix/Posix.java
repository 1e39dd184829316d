package switchd.posix;

import java.lang.foreign.MemorySegment;

/// The POSIX calls that this program makes on every kernel, under their own names and with their
/// own results: the value on success, the negated error number on failure. No call throws. Paths
/// are C strings.
///
/// One instance belongs to one thread. A fake of this interface stands in for the kernel in tests.
public interface Posix {
    /// `int socket(int domain, int type, int protocol)`
    int socket(int domain, int type, int protocol);

    /// `int socketpair(int domain, int type, int protocol, int fds[2])`
    int socketpair(int domain, int type, int protocol, MemorySegment fds);

    /// `int bind(int fd, const struct sockaddr *address, socklen_t length)`
    int bind(int fd, MemorySegment address, int length);

    /// `int connect(int fd, const struct sockaddr *address, socklen_t length)`
    int connect(int fd, MemorySegment address, int length);

    /// `int listen(int fd, int backlog)`
    int listen(int fd, int backlog);

    /// `int accept(int fd, struct sockaddr *address, socklen_t *length)`
    int accept(int fd, MemorySegment address, MemorySegment length);

    /// `int getpeername(int fd, struct sockaddr *address, socklen_t *length)`
    int getpeername(int fd, MemorySegment address, MemorySegment length);

    /// `ssize_t recvmsg(int fd, struct msghdr *message, int flags)`
    long recvmsg(int fd, MemorySegment message, int flags);

    /// `ssize_t sendmsg(int fd, const struct msghdr *message, int flags)`
    long sendmsg(int fd, MemorySegment message, int flags);

    /// `int getsockopt(int fd, int level, int option, void *value, socklen_t *length)`
    int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment length);

    /// `int setsockopt(int fd, int level, int option, const void *value, socklen_t length)`
    int setsockopt(int fd, int level, int option, MemorySegment value, int length);

    /// `int open(const char *path, int flags, ...)`, without a mode: it never creates a file.
    int open(MemorySegment path, int flags);

    /// `int close(int fd)`
    int close(int fd);

    /// `ssize_t read(int fd, void *buffer, size_t count)`, into `buffer` from `offset` on.
    long read(int fd, MemorySegment buffer, long offset, long count);

    /// `ssize_t write(int fd, const void *buffer, size_t count)`, from `offset` on.
    long write(int fd, MemorySegment buffer, long offset, long count);

    /// `int ioctl(int fd, unsigned long request, ...)` with a pointer.
    int ioctl(int fd, long request, MemorySegment argument);

    /// `int fcntl(int fd, int command, ...)` with an `int`.
    int fcntl(int fd, int command, int argument);

    /// `int unlink(const char *path)`
    int unlink(MemorySegment path);

    /// `int mkdir(const char *path, mode_t mode)`
    int mkdir(MemorySegment path, int mode);

    /// `int rmdir(const char *path)`
    int rmdir(MemorySegment path);

    /// `int chown(const char *path, uid_t owner, gid_t group)`. Follows a link: only for paths in
    /// directories that nobody else can write to.
    int chown(MemorySegment path, int owner, int group);

    /// `int chmod(const char *path, mode_t mode)`. Follows a link, as [#chown].
    int chmod(MemorySegment path, int mode);

    /// `int lstat(const char *path, struct stat *status)`, see [FileStatus].
    int lstat(MemorySegment path, MemorySegment status);

    /// `mode_t umask(mode_t mask)`: of the process. Gives the former one.
    int umask(int mask);

    /// `uid_t geteuid(void)`
    int geteuid();

    /// `gid_t getegid(void)`
    int getegid();

    /// `struct passwd *getpwnam(const char *name)`: [MemorySegment#NULL] where there is no such
    /// user; otherwise see [Passwd]. The memory is the C library's until the next call.
    MemorySegment getpwnam(MemorySegment name);
}
