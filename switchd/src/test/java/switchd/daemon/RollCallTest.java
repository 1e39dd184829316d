package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.SwitchdException;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;

@Timeout(20)
final class RollCallTest {
    private static final int CALLS = 50;

    private final LoopThread first = start("first");
    private final LoopThread second = start("second");
    private final AtomicInteger done = new AtomicInteger();

    private static LoopThread start(String name) {
        try {
            return LoopThread.start(name, arena -> Hosts.open(arena, Writer.AUTO));
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        first.stop();
        second.stop();
    }

    private void begin(RollCall call) throws SwitchdException {
        first.ask(() -> {
            call.begin();
            return true;
        });
    }

    @Test
    void oneLoopAnswersForItself() throws Exception {
        RollCall call = new RollCall(List.of(first.loop()), done::incrementAndGet);
        begin(call);
        begin(call);
        assertThat(done).hasValue(2);
    }

    @Test
    void nothingIsDoneWhileALoopHangs() throws Exception {
        RollCall call = new RollCall(List.of(first.loop(), second.loop()), done::incrementAndGet);
        begin(call);
        Await.until("the first round", Await.SHORT, () -> done.get() == 1);

        CountDownLatch end = new CountDownLatch(1);
        second.loop().execute(() -> wait(end));
        try {
            for (int i = 0; i < CALLS; i++) {
                begin(call);
            }
            assertThat(done).hasValue(1);
        } finally {
            end.countDown();
        }
        Await.until("the second round", Await.SHORT, () -> done.get() == 2);
        begin(call);
        Await.until("the third round", Await.SHORT, () -> done.get() == 3);
    }

    private static void wait(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
