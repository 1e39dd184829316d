package switchd.posix;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.posix.testkit.DatagramIoContract;

class SingleMessageIoTest extends DatagramIoContract {
    @Override
    protected Posix posix(Arena memory) {
        return new NativePosix(memory);
    }

    @Override
    protected DatagramIo open(Posix calls, Arena memory, FrameBatch slots) {
        return new SingleMessageIo(calls, memory, slots);
    }
}
