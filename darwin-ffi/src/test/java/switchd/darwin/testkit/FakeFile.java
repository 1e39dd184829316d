package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// What a descriptor of the kernel in memory stands for. Every method is called with the kernel's
/// lock held, and answers as the call of its name does: a value, or a negated error number.
abstract class FakeFile {
    /// What [#readable] and [#writable] say of one that is not ready.
    static final long NOT_READY = -1;

    /// What [#wakeUps] says where nobody counts.
    static final long UNCOUNTED = -1;

    /// Set by `fcntl(F_SETFL, O_NONBLOCK)`.
    boolean nonBlocking;

    /// `O_RDONLY`, `O_WRONLY` or `O_RDWR`.
    int accessMode = 2;

    /// Descriptors that stand for it.
    int references;

    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        return -Abi.constant("EOPNOTSUPP");
    }

    long write(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        return -Abi.constant("EOPNOTSUPP");
    }

    int ioctl(FakeXnu caller, long request, MemorySegment argument) {
        return (int) -Abi.constant("ENOTTY");
    }

    /// 0 where a kqueue may watch it with `filter`, else the negated error number.
    int watchable(int filter) {
        return 0;
    }

    /// The `data` of an EVFILT_READ event, or [#NOT_READY].
    long readable() {
        return NOT_READY;
    }

    /// The `data` of an EVFILT_WRITE event, or [#NOT_READY].
    long writable() {
        return NOT_READY;
    }

    /// How often the kernel woke those who wait for `filter`. A kqueue that found the file not
    /// ready looks at it again only after this has changed, or at every turn where it is
    /// [#UNCOUNTED]: so a change that the real kernel keeps to itself goes unnoticed here as well.
    long wakeUps(int filter) {
        return UNCOUNTED;
    }

    /// The last descriptor is closed.
    void closed() {}
}
