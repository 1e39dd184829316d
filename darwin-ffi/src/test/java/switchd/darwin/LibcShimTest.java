package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.darwin.testkit.LibcShim;
import switchd.darwin.testkit.OwnJvm;

/// The native boundary as a whole: the product's linked calls, C functions of Darwin's prototypes,
/// and a kernel behind them.
final class LibcShimTest {
    @Test
    void everyCallArrivesAsItWasMade(@TempDir Path directory) throws Exception {
        OwnJvm.run(LibcShim.build(directory), directory, EveryCall.class);
    }

    @Test
    void aMissingFunctionMattersWhenItIsCalled(@TempDir Path directory) throws Exception {
        Path library = LibcShim.build(directory, "kqueue", "kill", "sendmsg_x", "recvmsg_x");
        String printed = OwnJvm.run(library, directory, MissingCalls.class);
        assertThat(printed)
                .containsOnlyOnce("libshim.so has no function kqueue: calls of it fail with ENOSYS")
                .doesNotContain("function sendmsg_x");
    }

    @Test
    void theProductRunsOnTheKernelInMemory(@TempDir Path directory) throws Exception {
        OwnJvm.run(LibcShim.build(directory), directory, WorkOnShim.class);
    }
}
