package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.Rig.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
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
        loop.watch(FIRST, new Logging("first"));
        loop.watch(SECOND, new Logging("second"));
        loop.timer(() -> log.add("timer")).set(0);
        loop.execute(() -> log.add("command"));
        poller.readable(SECOND);
        poller.readable(FIRST);
        loop.turn();
        assertThat(log).containsExactly("first r", "second r", "timer", "command");
    }

    @Test
    void aHandlerHearsWhatIsReadyAndWanted() throws SyscallException {
        Watch watch = loop.watch(FIRST, new Logging("first"));
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
        loop.watch(FIRST, new Logging("first", () -> second[0].close()));
        second[0] = loop.watch(SECOND, new Logging("second"));
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
                new Logging(
                        "first",
                        () -> {
                            watches[0].close();
                            watches[1] = loop.watch(SECOND, new Logging("anew"));
                        }));
        watches[0] = loop.watch(SECOND, new Logging("second"));
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
    void aRefusedWatchLeavesItsSlotForTheNext() throws SyscallException {
        poller.failNextWatch(failure(Errno.ENOSPC));
        assertThatThrownBy(() -> loop.watch(FIRST, new Logging("first")))
                .isInstanceOf(SyscallException.class);
        Watch watch = loop.watch(SECOND, new Logging("second"));
        assertThat((int) watch.token()).isZero();
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("second r");
    }

    @Test
    void aClosedWatchAsksForNothing() throws SyscallException {
        Watch watch = loop.watch(FIRST, new Logging("first"));
        watch.close();
        watch.interest(true, true);
        assertThat(poller.registered()).isZero();
    }

    @Test
    void aRefusedInterestCanBeAskedForAgain() throws SyscallException {
        Watch watch = loop.watch(FIRST, new Logging("first"));
        poller.failNextChange(failure(Errno.ENOMEM));
        assertThatThrownBy(() -> watch.interest(true, true)).isInstanceOf(SyscallException.class);
        watch.interest(true, true);
        assertThat(poller.wantsWritable(FIRST)).isTrue();
    }

    @Test
    void aHandlerThatFailsLosesItsWatchOnly() throws SyscallException {
        loop.watch(FIRST, new Logging("first", () -> fail(failure(Errno.EBADF))));
        loop.watch(SECOND, new Logging("second", () -> fail(new IllegalStateException("bug"))));
        loop.watch(5, new Logging("third"));
        poller.readable(FIRST);
        poller.readable(SECOND);
        poller.readable(5);
        loop.turn();
        assertThat(log)
                .containsExactly(
                        "first r",
                        "first failed: test(fake): EBADF (9)",
                        "second r",
                        "second failed: bug",
                        "third r");
        assertThat(poller.registered()).isEqualTo(1);
    }

    @Test
    void aHandlerThatFailsToHearOfItsFailureDoesNotEndTheLoop() throws SyscallException {
        loop.watch(FIRST, new HopelessHandler());
        loop.watch(SECOND, new Logging("second"));
        poller.readable(FIRST);
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("second r");
        assertThat(poller.registered()).isEqualTo(1);
    }

    @Test
    void aCommandThatFailsDoesNotKeepTheOthersFromTheirTurn() throws SyscallException {
        loop.execute(() -> fail(new IllegalStateException("bug")));
        loop.execute(() -> log.add("next"));
        loop.turn();
        assertThat(log).containsExactly("next");
    }

    @Test
    void theTimeIsReadAfterTheWait() throws SyscallException {
        List<Long> times = new ArrayList<>();
        loop.watch(FIRST, new Logging("first", () -> times.add(loop.now())));
        poller.readable(FIRST);
        poller.advance(17);
        loop.turn();
        assertThat(times).containsExactly(17L);
    }

    @Test
    void whenThePollerFailsTheLoopEnds() {
        poller.failNextAwait(failure(Errno.EBADF));
        loop.run();
        assertThat(poller.isClosed()).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aScriptOfStepsDrivesTheWholeLoop() throws SyscallException {
        loop.watch(FIRST, new Logging("first"));
        poller.run(
                loop,
                () -> poller.readable(FIRST),
                () -> log.add("idle"),
                () -> poller.readable(FIRST));
        assertThat(log).containsExactly("first r", "idle", "first r");
    }

    private static void fail(RuntimeException failure) {
        throw failure;
    }

    private static void fail(SyscallException failure) throws SyscallException {
        throw failure;
    }

    private interface Work {
        void run() throws SyscallException;
    }

    private final class Logging implements EventHandler {
        private final String name;
        private final Work work;

        Logging(String name) {
            this(name, () -> {});
        }

        Logging(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void ready(boolean readable, boolean writable) throws SyscallException {
            log.add(name + " " + (readable ? "r" : "") + (writable ? "w" : ""));
            work.run();
        }

        @Override
        public void failed(Exception cause) {
            log.add(name + " failed: " + cause.getMessage());
        }
    }

    private static final class HopelessHandler implements EventHandler {
        @Override
        public void ready(boolean readable, boolean writable) throws SyscallException {
            throw failure(Errno.EBADF);
        }

        @Override
        public void failed(Exception cause) {
            throw new IllegalStateException("cannot even fail", cause);
        }
    }
}
