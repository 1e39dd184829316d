package switchd.darwin;

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
        Path library = LibcShim.build(directory, "kqueue", "sendmsg_x", "recvmsg_x");
        OwnJvm.run(library, directory, MissingCalls.class);
    }

    @Test
    void theProductRunsOnTheKernelInMemory(@TempDir Path directory) throws Exception {
        OwnJvm.run(LibcShim.build(directory), directory, WorkOnShim.class);
    }
}
