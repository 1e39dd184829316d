package switchd.linux;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import switchd.core.FrameBatch;
import switchd.posix.DatagramIo;
import switchd.posix.Posix;
import switchd.posix.testkit.DatagramIoContract;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: recvmmsg")
class MmsgIoTest extends DatagramIoContract {
    @Override
    protected Posix posix(Arena memory) {
        return new NativeLinux(memory);
    }

    @Override
    protected DatagramIo open(Posix calls, Arena memory, FrameBatch slots) {
        return MmsgIo.ofDatagrams((Linux) calls, memory, slots);
    }
}
