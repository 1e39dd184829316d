package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A message of Darwin's kernel: an event with a name, or none; a message that is cut is none.
public final class KernelEventFuzz {
    private KernelEventFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(bytes.length + 8L, Long.BYTES);
            MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
            MemorySegment message = memory.asSlice(0, bytes.length);
            @Nullable KernelEvent event = KernelEvent.decode(message);
            if (event == null) {
                return;
            }
            that(event.equals(KernelEvent.decode(message)), "it says another thing again");
            String name = event.name().value();
            that(Character.isDigit(name.charAt(name.length() - 1)), "a name without a number");
            long total = Integer.toUnsignedLong(message.get(JAVA_INT, 0));
            for (int length = 0; length < total; length++) {
                that(KernelEvent.decode(memory.asSlice(0, length)) == null, "a cut one is read");
            }
        }
    }
}
