package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakePoller;

final class EventLoopTest {
    private static final int FIRST = 3;
    private static final int SECOND = 4;

    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final List<String> log = new ArrayList<>();

    @Test
    void aTurnServesEventsThenTimersThenCommands() throws SyscallException {
        loop.watch(FIRST, new LoggingHandler(log, "first"));
        loop.watch(SECOND, new LoggingHandler(log, "second"));
        loop.timer(() -> log.add("timer")).set(0);
        loop.execute(() -> log.add("command"));
        poller.readable(SECOND);
        poller.readable(FIRST);
        loop.turn();
        assertThat(log).containsExactly("first r", "second r", "timer", "command");
    }

    @Test
    void commandsThatComeOnAndOnKeepNothingWaiting() throws SyscallException {
        loop.watch(FIRST, new LoggingHandler(log, "first"));
        poller.readable(FIRST);
        askAgain();
        loop.turn();
        poller.readable(FIRST);
        loop.turn();
        assertThat(log).containsExactly("first r", "command", "first r", "command");
    }

    private void askAgain() {
        loop.execute(() -> {
            log.add("command");
            askAgain();
        });
    }

    @Test
    void aHandlerHearsWhatIsReadyAndWanted() throws SyscallException {
        Watch watch = loop.watch(FIRST, new LoggingHandler(log, "first"));
        poller.writable(FIRST);
        loop.turn();
        assertThat(log).as("room is told only where asked for").isEmpty();
        watch.interest(true, true);
        poller.readable(FIRST);
        loop.turn();
        watch.interest(false, false);
        poller.readable(FIRST);
        loop.turn();
        assertThat(log).containsExactly("first rw");
        watch.interest(true, false);
        loop.turn();
        assertThat(log).containsExactly("first rw", "first r");
    }

    @Test
    void theEventsOfAWatchClosedInTheSameTurnFallThrough() throws SyscallException {
        Watch[] second = new Watch[1];
        loop.watch(FIRST, new LoggingHandler(log, "first", () -> second[0].close()));
        second[0] = loop.watch(SECOND, new LoggingHandler(log, "second"));
        poller.readable(FIRST);
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("first r");
        second[0].close();
        assertThat(poller.registered()).isEqualTo(1);
    }

    @Test
    void aSlotUsedAgainInTheSameTurnDoesNotGetTheStaleEvent() throws SyscallException {
        Watch[] watches = new Watch[2];
        loop.watch(
                FIRST,
                new LoggingHandler(
                        log,
                        "first",
                        () -> {
                            watches[0].close();
                            watches[1] = loop.watch(SECOND, new LoggingHandler(log, "anew"));
                        }));
        watches[0] = loop.watch(SECOND, new LoggingHandler(log, "second"));
        poller.readable(FIRST);
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("first r");
        assertThat((int) watches[1].token()).isEqualTo((int) watches[0].token());
        assertThat(watches[1].token()).isNotEqualTo(watches[0].token()).isPositive();
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("first r", "anew r");
    }

    @Test
    void aClosedWatchAsksForNothing() throws SyscallException {
        Watch watch = loop.watch(FIRST, new LoggingHandler(log, "first"));
        watch.close();
        watch.interest(true, true);
        assertThat(poller.registered()).isZero();
    }

    @Test
    void theLongestTurnIsOneSinceItWasAskedToMeasureAnew() throws SyscallException {
        loop.execute(() -> {
            poller.advance(900);
            loop.measureAnew();
        });
        loop.turn();
        loop.execute(() -> poller.advance(30));
        loop.turn();
        loop.turn();

        assertThat(loop.longestTurn()).isEqualTo(30);
    }

    @Test
    void theTimeIsReadAfterTheWait() throws SyscallException {
        List<Long> times = new ArrayList<>();
        loop.watch(FIRST, new LoggingHandler(log, "first", () -> times.add(loop.now())));
        poller.readable(FIRST);
        poller.advance(17);
        loop.turn();
        assertThat(times).containsExactly(17L);
    }

    @Test
    void aScriptOfStepsDrivesTheWholeLoop() throws SyscallException {
        loop.watch(FIRST, new LoggingHandler(log, "first"));
        poller.run(
                loop,
                () -> poller.readable(FIRST),
                () -> log.add("idle"),
                () -> poller.readable(FIRST));
        assertThat(log).containsExactly("first r", "idle", "first r");
    }
}
