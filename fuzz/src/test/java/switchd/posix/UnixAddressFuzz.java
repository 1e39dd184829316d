package switchd.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.UsageException;
import switchd.fuzz.Input;
import switchd.fuzz.Kernels;

/// Who sent a datagram: `sockaddr_un` in the running kernel's layout, and Linux's credentials. A
/// path goes in and comes out; whether a datagram is from somebody agrees with who it is from.
public final class UnixAddressFuzz {
    private UnixAddressFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            Input input = new Input(bytes);
            written(arena, input);
            credentials(arena, input);
            path(arena, new String(input.rest(), UTF_8));
        }
    }

    private static void written(Arena arena, Input input) {
        int length = input.octet() % (UnixAddress.BYTES + 1);
        byte[] address = input.take(UnixAddress.BYTES);
        MemorySegment memory = arena.allocate(2L * UnixAddress.BYTES, Long.BYTES);
        memory.fill((byte) 'x');
        MemorySegment.copy(address, 0, memory, JAVA_BYTE, 8, address.length);
        String path = UnixAddress.path(memory, 8, length);
        that(path.indexOf(0) < 0, "a path goes on behind its end");
        that(path.length() <= Math.max(0, length - UnixAddress.PATH), "a path is too long");
        UnixAddress.isUnix(memory);

        MessageVector messages = new MessageVector(arena, 1, MessageHeader.LAYOUT.byteSize());
        messages.receiveInto(FrameBatch.slots(arena, 1, 68), 0);
        Kernels.pointer(messages.headers(), 0, UnixAddress.BYTES)
                .copyFrom(memory.asSlice(8, UnixAddress.BYTES));
        messages.headers().set(JAVA_INT, Long.BYTES, length);
        that(messages.source(0).equals(path), "another source");
        byte[] same = path.getBytes(UTF_8);
        boolean isText = new String(same, UTF_8).equals(path) && path.indexOf(0xfffd) < 0;
        if (isText && same.length > 0) {
            that(messages.isFrom(0, same), "it is not from its source");
            that(!messages.isFrom(0, Arrays.copyOf(same, same.length - 1)), "from the beginning");
            same[same.length / 2] ^= 1;
            that(!messages.isFrom(0, same), "it is from another one");
        }
    }

    private static void credentials(Arena arena, Input input) {
        MemorySegment control = arena.allocate(SenderCredentials.BYTES, Long.BYTES);
        long written = input.octet() % (SenderCredentials.BYTES + 1);
        byte[] message = input.take(SenderCredentials.BYTES);
        MemorySegment.copy(message, 0, control, JAVA_BYTE, 0, message.length);
        @Nullable Credentials read = SenderCredentials.read(control, 0, written);
        that(read == null || written >= 28, "credentials that are cut");
    }

    private static void path(Arena arena, String path) {
        try {
            UnixAddress address = UnixAddress.of(arena, path);
            that(UnixAddress.isUnix(address.memory()), "of another family");
            int nul = path.indexOf(0);
            String expected =
                    new String((nul < 0 ? path : path.substring(0, nul)).getBytes(UTF_8), UTF_8);
            that(
                    UnixAddress.path(address.memory(), 0, address.length()).equals(expected),
                    "another path");
        } catch (UsageException _) {
            int longest = UnixAddress.LONGEST_PATH;
            that(path.getBytes(UTF_8).length > longest, "a path is refused");
        }
    }
}
