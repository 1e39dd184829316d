package switchd.darwin;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.posix.DatagramIo;
import switchd.posix.Posix;
import switchd.posix.testkit.DatagramIoContract;
import switchd.posix.testkit.NeedsMac;

/// Unix datagrams of the running kernel, in batches where it has them.
@NeedsMac
class MacDatagramIoTest extends DatagramIoContract {
    @Override
    protected Posix posix(Arena memory) {
        return new NativeDarwin(memory);
    }

    @Override
    protected DatagramIo open(Posix calls, Arena memory, FrameBatch slots) {
        Darwin darwin = (Darwin) calls;
        return MessageXIo.open(darwin, memory, slots, SocketAbilities.probe(darwin));
    }
}
