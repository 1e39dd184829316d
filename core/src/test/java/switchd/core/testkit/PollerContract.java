package switchd.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.Poller;
import switchd.core.SyscallException;

/// What every [Poller] must do; each kernel's test class extends this.
@Timeout(20)
public abstract class PollerContract {
    private static final long TOKEN = 3L << 32 | 7;
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);

    /// Two connected descriptors of the kernel under test: writing to the far end makes the near
    /// one readable.
    public interface Pipe extends AutoCloseable {
        /// The descriptor to watch. It has room to write.
        int near();

        /// Makes the near end readable.
        void write() throws Exception;

        /// Reads from the near end what one [#write] wrote.
        void read() throws Exception;

        /// Closes the far end.
        void hangUp() throws Exception;

        @Override
        void close() throws IOException;
    }

    private Arena memory;
    private Poller poller;
    private final List<Pipe> pipes = new ArrayList<>();

    /// A fresh poller of the kernel under test.
    ///
    /// @param memory outlives the poller
    protected abstract Poller openPoller(Arena memory) throws Exception;

    /// A fresh pipe.
    protected abstract Pipe openPipe() throws Exception;

    /// False where a closed far end wakes nobody (Darwin's datagram sockets): it is told when the
    /// poller is asked for the near end anew.
    protected boolean hangUpsWake() {
        return true;
    }

    @BeforeEach
    void open() throws Exception {
        memory = Arena.ofConfined();
        poller = openPoller(memory);
    }

    @AfterEach
    void close() throws Exception {
        poller.close();
        for (Pipe pipe : pipes) {
            pipe.close();
        }
        memory.close();
    }

    private Pipe pipe() throws Exception {
        Pipe pipe = openPipe();
        pipes.add(pipe);
        return pipe;
    }

    @Test
    void aWakeupBeforeTheWaitIsNotLost() throws Exception {
        poller.wakeup();
        poller.wakeup();
        assertThat(poller.await(-1)).isZero();
        assertThat(poller.await(0)).isZero();
    }

    @Test
    void aWakeupFromAnotherThreadEndsTheWait() throws Exception {
        for (int i = 0; i < 100; i++) {
            Thread other = Thread.ofPlatform().start(poller::wakeup);
            assertThat(poller.await(-1)).isZero();
            other.join();
        }
    }

    @Test
    void aWakeupIsNoEventAmongOthers() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        pipe.write();
        poller.wakeup();

        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.token(0)).isEqualTo(TOKEN);
    }

    @Test
    void whatIsReadableIsToldUntilItIsRead() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(0)).isZero();

        pipe.write();
        for (int turn = 0; turn < 3; turn++) {
            assertThat(poller.await(-1)).isEqualTo(1);
            assertThat(poller.token(0)).isEqualTo(TOKEN);
            assertThat(poller.isReadable(0)).isTrue();
            assertThat(poller.isWritable(0)).isFalse();
        }

        pipe.read();
        assertThat(poller.await(0)).isZero();
    }

    @Test
    void roomIsToldToThoseWhoAskForIt() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(0)).isZero();

        poller.change(pipe.near(), TOKEN, true, true);
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.isWritable(0)).isTrue();
        assertThat(poller.isReadable(0)).isFalse();

        poller.change(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(0)).isZero();
    }

    @Test
    void roomAndFramesAreToldToThoseWhoAskForBoth() throws Exception {
        Pipe pipe = pipe();
        pipe.write();
        poller.watch(pipe.near(), TOKEN, true, true);

        boolean readable = false;
        boolean writable = false;
        // A kernel may tell the two in one event or in two.
        int ready = poller.await(-1);
        for (int i = 0; i < ready; i++) {
            assertThat(poller.token(i)).isEqualTo(TOKEN);
            readable |= poller.isReadable(i);
            writable |= poller.isWritable(i);
        }
        assertThat(readable).isTrue();
        assertThat(writable).isTrue();
    }

    @Test
    void aDescriptorWatchedForNothingIsSilent() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        pipe.write();
        poller.change(pipe.near(), TOKEN, false, false);
        assertThat(poller.await(SOON)).isZero();

        poller.change(pipe.near(), TOKEN, false, false);
        assertThat(poller.await(0)).isZero();

        poller.change(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.token(0)).isEqualTo(TOKEN);
    }

    @Test
    void aDescriptorMayBeSilentFromTheStart() throws Exception {
        Pipe pipe = pipe();
        pipe.write();
        poller.watch(pipe.near(), TOKEN, false, false);
        assertThat(poller.await(0)).isZero();

        poller.change(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(-1)).isEqualTo(1);
    }

    @Test
    void aHangUpIsReadable() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        pipe.hangUp();
        if (!hangUpsWake()) {
            poller.change(pipe.near(), TOKEN, true, false);
        }

        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.isReadable(0)).isTrue();
    }

    @Test
    void aHangUpWhileSilentEndsNoWait() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        poller.change(pipe.near(), TOKEN, false, false);
        pipe.hangUp();

        long start = System.nanoTime();
        assertThat(poller.await(SOON)).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SOON);

        poller.change(pipe.near(), TOKEN, true, false);
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.isReadable(0)).isTrue();
    }

    @Test
    void anUnwatchedDescriptorIsForgotten() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, true);
        pipe.write();
        poller.unwatch(pipe.near());
        assertThat(poller.await(0)).isZero();

        poller.unwatch(pipe.near());
        poller.watch(pipe.near(), TOKEN + 1, true, false);
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.token(0)).isEqualTo(TOKEN + 1);
    }

    @Test
    void aSilentDescriptorCanBeUnwatchedAndWatchedAnew() throws Exception {
        Pipe pipe = pipe();
        poller.watch(pipe.near(), TOKEN, true, false);
        poller.change(pipe.near(), TOKEN, false, false);
        poller.unwatch(pipe.near());

        poller.watch(pipe.near(), TOKEN + 1, true, false);
        pipe.write();
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.token(0)).isEqualTo(TOKEN + 1);
    }

    @Test
    void aTokenMayBeAsLargeAsAny() throws Exception {
        Pipe pipe = pipe();
        pipe.write();
        poller.watch(pipe.near(), Long.MAX_VALUE, true, false);
        assertThat(poller.await(-1)).isEqualTo(1);
        assertThat(poller.token(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsNoDescriptorIsRefused() {
        assertThatThrownBy(() -> poller.watch(99_999, TOKEN, true, false))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("EBADF");
        assertThatThrownBy(() -> poller.change(99_999, TOKEN, true, false))
                .isInstanceOf(SyscallException.class);
        assertThatCode(() -> poller.unwatch(99_999)).doesNotThrowAnyException();
    }

    @Test
    void everyOneOfManyIsTold() throws Exception {
        int many = 150;
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < many; i++) {
            Pipe pipe = pipe();
            pipe.write();
            poller.watch(pipe.near(), i, true, false);
            expected.add((long) i);
        }
        Set<Long> told = new HashSet<>();
        for (int turn = 0; turn < many && told.size() < many; turn++) {
            int ready = poller.await(0);
            for (int i = 0; i < ready; i++) {
                told.add(poller.token(i));
            }
        }
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void aWaitIsNeverShorterThanAsked() throws Exception {
        for (long nanos : new long[] {1, 100_000, 1_000_001, 5_000_000}) {
            long start = System.nanoTime();
            assertThat(poller.await(nanos)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
        }
    }

    @Test
    void closingTwiceIsNoErrorAndALateWakeupGoesNowhere() {
        poller.close();
        poller.close();
        poller.wakeup();
    }
}
