package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;

/// Calls what the library lacks; run in a JVM of its own by [LibcShimTest].
final class MissingCalls {
    private MissingCalls() {}

    public static void main(String... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            Darwin darwin = new NativeDarwin(arena);
            MemorySegment messages = arena.allocate(Structs.MSGHDR_X);
            assertThat(darwin.sendmsg_x(3, messages, 0, 1, 0)).isEqualTo(-Errno.ENOSYS.number());
            assertThat(darwin.recvmsg_x(3, messages, 1, 0)).isEqualTo(-Errno.ENOSYS.number());
            assertThat(darwin.kqueue()).isEqualTo(-Errno.ENOSYS.number());
            // The host's library has it, for the host's processes.
            assertThat(darwin.kill(1, 0)).isEqualTo(-Errno.ENOSYS.number());
        }
    }
}
