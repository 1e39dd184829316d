package switchd.core;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.testkit.FakePoller;

/// What other threads may do to a loop.
@Timeout(20)
final class EventLoopThreadsTest {
    private final FakePoller poller = new FakePoller();
    private final EventLoop loop = new EventLoop(poller, poller::nanos);
    private final Thread thread = new Thread(loop, "test-loop");

    @Test
    void aCommandRunsOnTheLoopsThreadAndAnswers() throws Exception {
        start();
        assertThat(loop.call(Thread::currentThread).get(10, SECONDS)).isSameAs(thread);
        stopAndJoin();
    }

    @Test
    void aWaitingLoopIsWokenForEveryCommand() throws Exception {
        start();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            assertThat(loop.call(() -> number).get(10, SECONDS)).isEqualTo(number);
        }
        stopAndJoin();
    }

    @Test
    void commandsOfManyThreadsAreAllDoneEachThreadsInOrder() throws Exception {
        start();
        List<List<Integer>> seen = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<Integer> own = new ArrayList<>();
            seen.add(own);
            senders.add(Thread.ofPlatform().start(() -> sendThousand(own)));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        loop.call(() -> true).get(10, SECONDS);
        stopAndJoin();
        assertThat(seen)
                .allSatisfy(
                        own -> assertThat(own).hasSize(1000).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void aFailureIsTheAnswerOfACall() throws Exception {
        start();
        CompletableFuture<Object> failing =
                loop.call(() -> {
                    throw new IOException("no such port");
                });
        assertThatThrownBy(() -> failing.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        stopAndJoin();
    }

    @Test
    void anErrorIsTheAnswerOfACallAsWell() throws Exception {
        start();
        CompletableFuture<Object> failing =
                loop.call(() -> {
                    throw new AssertionError("cannot happen");
                });
        assertThatThrownBy(() -> failing.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AssertionError.class);
        stopAndJoin();
    }

    @Test
    void stoppingEndsTheLoopAndClosesThePoller() throws Exception {
        start();
        stopAndJoin();
        loop.stop();
        assertThat(poller.isClosed()).isTrue();
    }

    @Test
    void aLoopStoppedBeforeItRunsEndsAfterWhatWasAskedForBefore() throws Exception {
        CompletableFuture<String> answer = loop.call(() -> "done");
        loop.stop();
        loop.run();
        assertThat(answer.get(0, SECONDS)).isEqualTo("done");
    }

    @Test
    void whatIsAskedForTogetherWithTheStopIsStillDone() throws Exception {
        loop.stop();
        CompletableFuture<String> answer = loop.call(() -> "done");
        loop.run();
        assertThat(answer.get(0, SECONDS)).isEqualTo("done");
    }

    @Test
    void aCallAfterTheEndIsRefused() throws Exception {
        loop.stop();
        loop.run();
        assertThatThrownBy(() -> loop.call(() -> "never"))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(poller.wokenAfterClose()).isFalse();
    }

    /// The descriptor behind a closed poller may be somebody else's already.
    @Test
    void aWakeUpUnderWayWhenTheLoopEndsDoesNotReachAClosedPoller() throws Exception {
        poller.onWakeup(() -> {
            start();
            join(200); // time enough for a loop that would not wait for us
        });
        loop.stop();
        thread.join();
        assertThat(poller.isClosed()).isTrue();
        assertThat(poller.wokenAfterClose()).isFalse();
    }

    private void start() {
        poller.blocking();
        thread.start();
    }

    private void stopAndJoin() throws InterruptedException {
        loop.stop();
        thread.join();
    }

    private void join(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sendThousand(List<Integer> seen) {
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> seen.add(number));
        }
    }
}
