package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// What a socket of the kernel in memory does beyond a [FakeFile]. A subclass overrides what its
/// protocol has.
abstract class FakeSocket extends FakeFile {
    int bind(FakeXnu caller, MemorySegment address, int length) {
        throw new Refused("EOPNOTSUPP");
    }

    int listen(FakeXnu caller, int backlog) {
        throw new Refused("EOPNOTSUPP");
    }

    int accept(FakeXnu caller, MemorySegment address, MemorySegment length) {
        throw new Refused("EOPNOTSUPP");
    }

    int connect(FakeXnu caller, MemorySegment address, int length) {
        throw new Refused("EOPNOTSUPP");
    }

    int getpeername(FakeXnu caller, MemorySegment address, MemorySegment length) {
        throw new Refused("ENOTCONN");
    }

    long sendmsg(FakeXnu caller, MemorySegment message, int flags) {
        throw new Refused("EOPNOTSUPP");
    }

    long recvmsg(FakeXnu caller, MemorySegment message, int flags) {
        throw new Refused("EOPNOTSUPP");
    }

    int getsockopt(
            FakeXnu caller, int level, int option, MemorySegment value, MemorySegment length) {
        throw new Refused("ENOPROTOOPT");
    }

    int setsockopt(FakeXnu caller, int level, int option, MemorySegment value, int length) {
        throw new Refused("ENOPROTOOPT");
    }
}
