package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static switchd.darwin.DarwinConstants.EV_ERROR;

import java.lang.foreign.MemorySegment;

/// Rows of `struct kevent64_s`, and the calls that change what a kqueue watches.
///
/// Every change carries the `udata` of its registration, also one that only triggers an event: the
/// kernel stores what a change carries, and delivers that from then on.
final class Kevent {
    private static final long BYTES = Structs.KEVENT64_S.byteSize();
    private static final long IDENT = Structs.offset(Structs.KEVENT64_S, "ident");
    private static final long FILTER = Structs.offset(Structs.KEVENT64_S, "filter");
    private static final long FLAGS = Structs.offset(Structs.KEVENT64_S, "flags");
    private static final long FFLAGS = Structs.offset(Structs.KEVENT64_S, "fflags");
    private static final long DATA = Structs.offset(Structs.KEVENT64_S, "data");
    private static final long UDATA = Structs.offset(Structs.KEVENT64_S, "udata");
    private static final long TV_NSEC = Structs.offset(Structs.TIMESPEC, "tv_nsec");
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Kevent() {}

    /// Writes entry `i` of `array`.
    static void set(
            MemorySegment array, int i, long ident, int filter, int flags, int fflags, long udata) {
        long at = i * BYTES;
        array.set(JAVA_LONG, at + IDENT, ident);
        array.set(JAVA_SHORT, at + FILTER, (short) filter);
        array.set(JAVA_SHORT, at + FLAGS, (short) flags);
        array.set(JAVA_INT, at + FFLAGS, fflags);
        array.set(JAVA_LONG, at + DATA, 0);
        array.set(JAVA_LONG, at + UDATA, udata);
    }

    static long ident(MemorySegment array, int i) {
        return array.get(JAVA_LONG, i * BYTES + IDENT);
    }

    static int filter(MemorySegment array, int i) {
        return array.get(JAVA_SHORT, i * BYTES + FILTER);
    }

    static int flags(MemorySegment array, int i) {
        return Short.toUnsignedInt(array.get(JAVA_SHORT, i * BYTES + FLAGS));
    }

    static long udata(MemorySegment array, int i) {
        return array.get(JAVA_LONG, i * BYTES + UDATA);
    }

    /// The negated error number in receipt `i`; 0 where the change was made.
    static int result(MemorySegment receipts, int i) {
        boolean failed = (flags(receipts, i) & EV_ERROR) != 0;
        return failed ? (int) -receipts.get(JAVA_LONG, i * BYTES + DATA) : 0;
    }

    /// Writes the time that a call waits at most.
    static void timeout(MemorySegment timespec, long nanos) {
        timespec.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        timespec.set(JAVA_LONG, TV_NSEC, nanos % NANOS_PER_SECOND);
    }
}
