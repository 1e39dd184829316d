package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakePoller;

final class LoopTimerTest {
    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final List<String> log = new ArrayList<>();

    private LoopTimer timer(String name) {
        return loop.timer(() -> log.add(name));
    }

    private void turnAt(long nanos) throws SyscallException {
        poller.advance(nanos - poller.nanos());
        loop.turn();
    }

    @Test
    void timersFireInTheOrderOfTheirTimes() throws SyscallException {
        timer("late").set(30);
        timer("early").set(10);
        timer("middle").set(20);
        turnAt(9);
        assertThat(log).isEmpty();
        turnAt(30);
        assertThat(log).containsExactly("early", "middle", "late");
        turnAt(100);
        assertThat(log).as("once each").hasSize(3);
    }

    @Test
    void theLoopWaitsForTheNextTimerAndNoLonger() throws SyscallException {
        loop.turn();
        assertThat(poller.patience()).as("for ever").isNegative();
        timer("late").set(30);
        timer("early").set(10);
        loop.turn();
        assertThat(poller.patience()).isEqualTo(10);
        poller.advance(4);
        loop.turn();
        assertThat(poller.patience()).isEqualTo(6);
        poller.advance(50);
        loop.turn();
        assertThat(poller.patience()).as("overdue").isZero();
    }

    @Test
    void aCancelledTimerDoesNothingUntilItIsSetAgain() throws SyscallException {
        LoopTimer timer = timer("once");
        timer.cancel();
        timer.set(10);
        timer.cancel();
        timer.cancel();
        turnAt(20);
        assertThat(log).isEmpty();
        timer.set(10);
        turnAt(30);
        assertThat(log).containsExactly("once");
    }

    @Test
    void settingAgainForgetsTheEarlierTime() throws SyscallException {
        LoopTimer timer = timer("once");
        timer.set(10);
        timer.set(50);
        turnAt(49);
        assertThat(log).isEmpty();
        turnAt(50);
        assertThat(log).containsExactly("once");
        timer.set(50);
        timer.set(1);
        turnAt(51);
        assertThat(log).hasSize(2);
    }

    @Test
    void aTimerMayCancelAnotherOneThatIsDue() throws SyscallException {
        LoopTimer second = timer("second");
        loop.timer(second::cancel).set(1);
        second.set(2);
        turnAt(10);
        assertThat(log).isEmpty();
    }

    @Test
    void aTimerThatIsSetAgainAtOnceLetsTheTurnEnd() throws SyscallException {
        LoopTimer[] timer = new LoopTimer[1];
        timer[0] =
                loop.timer(() -> {
                    log.add("again");
                    assertThat(log).as("fired without end").hasSizeLessThan(100);
                    timer[0].set(0);
                });
        timer[0].set(0);
        loop.execute(() -> log.add("command"));
        loop.turn();
        loop.turn();
        assertThat(log).containsExactly("again", "command", "again");
        assertThat(poller.patience()).isZero();
    }

    @Test
    void aTimerThatFailsDoesNotKeepTheOthersFromTheirTime() throws SyscallException {
        loop.timer(
                        () -> {
                            throw new IllegalStateException("bug");
                        })
                .set(1);
        timer("next").set(2);
        turnAt(2);
        assertThat(log).containsExactly("next");
    }

    @Test
    void aClockThatPassesItsHighestValueKeepsTheOrder() throws SyscallException {
        turnAt(Long.MAX_VALUE - 5);
        timer("after").set(20);
        timer("before").set(2);
        loop.turn();
        assertThat(poller.patience()).isEqualTo(2);
        poller.advance(10);
        loop.turn();
        assertThat(log).containsExactly("before");
        poller.advance(10);
        loop.turn();
        assertThat(log).containsExactly("before", "after");
    }
}
