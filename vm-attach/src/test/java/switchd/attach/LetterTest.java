package switchd.attach;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// On the real kernel.
class LetterTest {
    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);

    @AfterEach
    void close() {
        arena.close();
    }

    private Fd copy(Letter letter) {
        return new Fd(posix, posix.fcntl(letter.fd(), PosixConstants.F_DUPFD_CLOEXEC, 3));
    }

    @Test
    void theLastOneOutlivesTheWriter() throws Exception {
        Letter letter = Letter.open(posix);
        try (Fd held = copy(letter)) {
            for (int i = 0; i < 1000; i++) {
                letter.write(("letter " + i).getBytes(UTF_8));
            }
            letter.close();
            assertThat(Letter.read(posix, held.number())).asString().isEqualTo("letter 999");
            assertThat(Letter.read(posix, held.number())).isEmpty();
        }
    }

    @Test
    void whereNothingWasWrittenThereIsNothing() throws Exception {
        try (Letter letter = Letter.open(posix);
                Fd held = copy(letter)) {
            assertThat(Letter.read(posix, held.number())).isEmpty();
        }
        assertThat(Letter.read(posix, 999_999)).isEmpty();
    }
}
