package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// `struct epoll_event` (Linux `include/uapi/linux/eventpoll.h`): packed to 12 bytes on x86-64, 16
/// bytes with padding elsewhere.
final class EpollEvent {
    static final StructLayout LAYOUT =
            System.getProperty("os.arch").equals("amd64")
                    ? MemoryLayout.structLayout(
                            JAVA_INT.withName("events"), JAVA_LONG_UNALIGNED.withName("data"))
                    : MemoryLayout.structLayout(
                            JAVA_INT.withName("events"),
                            MemoryLayout.paddingLayout(4),
                            JAVA_LONG_UNALIGNED.withName("data"));

    private static final long BYTES = LAYOUT.byteSize();
    private static final long DATA = LAYOUT.byteOffset(PathElement.groupElement("data"));

    private EpollEvent() {}

    /// The `events` of event `i` of an array.
    static int events(MemorySegment array, int i) {
        return array.get(JAVA_INT_UNALIGNED, i * BYTES);
    }

    /// The `data` of event `i` of an array.
    static long data(MemorySegment array, int i) {
        return array.get(JAVA_LONG_UNALIGNED, i * BYTES + DATA);
    }

    /// Writes the one event that `epoll_ctl` takes.
    static void set(MemorySegment event, int events, long data) {
        event.set(JAVA_INT_UNALIGNED, 0, events);
        event.set(JAVA_LONG_UNALIGNED, DATA, data);
    }
}
