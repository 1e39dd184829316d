package switchd.darwin;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import switchd.core.Poller;
import switchd.core.testkit.PollerContract;
import switchd.posix.testkit.NeedsMac;

/// kqueue of the running kernel.
@NeedsMac
class MacKqueueTest extends PollerContract {
    private final Arena calls = Arena.ofConfined();

    @Override
    protected Poller openPoller(Arena memory) throws Exception {
        return KqueuePoller.open(new NativeDarwin(memory), memory);
    }

    @Override
    protected Pipe openPipe() throws Exception {
        return new SocketPair(new NativeDarwin(calls));
    }

    @Override
    protected boolean hangUpsWake() {
        return false;
    }

    @AfterEach
    void closeCalls() {
        calls.close();
    }
}
