package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// What a descriptor of the kernel in memory stands for. Every method is called with the kernel's
/// lock held, and answers as the call of its name does: a value, or a negated error number.
abstract class FakeFile {
    /// What [#readable] and [#writable] say of one that is not ready.
    static final long NOT_READY = -1;

    /// Set by `fcntl(F_SETFL, O_NONBLOCK)`.
    boolean nonBlocking;

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

    /// The last descriptor is closed.
    void closed() {}
}
