package switchd.daemon.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

@Timeout(30)
final class CaptureFileTest {
    private static final byte[] FRAME = {1, 2, 3};
    private static final long RACE_NANOS = Duration.ofSeconds(1).toNanos();

    @TempDir private Path directory;
    private Path victim;
    private Path path;

    @BeforeEach
    void makeVictim() throws IOException {
        victim = Files.writeString(directory.resolve("victim"), "as it was");
        path = directory.resolve("capture");
    }

    @Test
    void aFileIsItsMakersAloneAndTakesThePlaceOfAnother() throws Exception {
        Files.createLink(path, victim);
        try (OutputStream out = CaptureFile.open(path)) {
            out.write(FRAME);
        }
        assertThat(path).hasBinaryContent(FRAME);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(victim).hasContent("as it was");
    }

    @Test
    void aLinkIsRefused() throws Exception {
        Files.createSymbolicLink(path, victim);
        assertThatThrownBy(() -> CaptureFile.open(path)).isInstanceOf(UsageException.class);
        assertThat(victim).hasContent("as it was");
    }

    /// Somebody puts symbolic links, further names of the file and a pipe there in turn.
    @Test
    void noFileIsWrittenIntoWhateverTakesThePath() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        // Without a reader, opening a pipe waits for one.
        Process reader =
                new ProcessBuilder("sh", "-c", "exec cat 3<>\"$0\" <\"$0\" >/dev/null", pipe + "")
                        .start();
        long end = System.nanoTime() + RACE_NANOS;
        AtomicInteger swaps = new AtomicInteger();
        Thread swapper = Thread.ofPlatform().start(() -> swap(pipe, end, swaps));
        try {
            int opened = 0;
            int refused = 0;
            while (System.nanoTime() - end < 0) {
                try (OutputStream out = CaptureFile.open(path)) {
                    out.write(FRAME);
                    opened++;
                } catch (SwitchdException _) {
                    refused++;
                }
            }
            swapper.join();
            assertThat(victim).hasContent("as it was");
            assertThat(opened).isPositive();
            assertThat(refused).isPositive();
            assertThat(swaps).hasPositiveValue();
        } finally {
            swapper.join();
            reader.destroyForcibly().waitFor();
        }
    }

    private void swap(Path pipe, long end, AtomicInteger swaps) {
        Path next = directory.resolve("next");
        try {
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                switch (i % 3) {
                    case 0 -> Files.createSymbolicLink(next, victim);
                    case 1 -> Files.createLink(next, victim);
                    default -> Files.createLink(next, pipe);
                }
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
                // Renamed onto another name of itself, a file keeps both.
                Files.deleteIfExists(next);
                swaps.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
