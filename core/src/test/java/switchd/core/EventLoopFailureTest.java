package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.Rig.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakePoller;

/// Whose failure ends what.
final class EventLoopFailureTest {
    private static final int FIRST = 3;
    private static final int SECOND = 4;

    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final List<String> log = new ArrayList<>();

    @Test
    void aRefusedWatchLeavesItsSlotForTheNext() throws SyscallException {
        poller.failNextWatch(failure(Errno.ENOSPC));
        assertThatThrownBy(() -> loop.watch(FIRST, new LoggingHandler(log, "first")))
                .isInstanceOf(SyscallException.class);
        Watch watch = loop.watch(SECOND, new LoggingHandler(log, "second"));
        assertThat((int) watch.token()).isZero();
        poller.readable(SECOND);
        loop.turn();
        assertThat(log).containsExactly("second r");
    }

    @Test
    void aRefusedInterestCanBeAskedForAgain() throws SyscallException {
        Watch watch = loop.watch(FIRST, new LoggingHandler(log, "first"));
        poller.failNextChange(failure(Errno.ENOMEM));
        assertThatThrownBy(() -> watch.interest(true, true)).isInstanceOf(SyscallException.class);
        watch.interest(true, true);
        assertThat(poller.wantsWritable(FIRST)).isTrue();
    }

    @Test
    void aHandlerThatFailsLosesItsWatchOnly() throws SyscallException {
        loop.watch(FIRST, new LoggingHandler(log, "first", () -> fail(failure(Errno.EBADF))));
        loop.watch(
                SECOND,
                new LoggingHandler(log, "second", () -> fail(new IllegalStateException("bug"))));
        loop.watch(5, new LoggingHandler(log, "third"));
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
        loop.watch(SECOND, new LoggingHandler(log, "second"));
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
    void whenThePollerFailsTheLoopEnds() {
        poller.failNextAwait(failure(Errno.EBADF));
        loop.run();
        assertThat(poller.isClosed()).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    private static void fail(RuntimeException failure) {
        throw failure;
    }

    private static void fail(SyscallException failure) throws SyscallException {
        throw failure;
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
