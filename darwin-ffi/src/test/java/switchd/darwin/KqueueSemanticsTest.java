package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.Errno;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.ProcessKilled;
import switchd.darwin.testkit.Profile;

/// What the kqueues of the kernel in memory do, by the source of the real one.
@Timeout(20)
class KqueueSemanticsTest {
    private static final int EVENT = Abi.size("kevent64_s");

    private final Arena arena = Arena.ofShared();
    private final FakeXnu xnu = FakeXnu.boot(Profile.MACOS15);
    private final UnixCalls calls = new UnixCalls(xnu, arena);
    private final int kqueue = xnu.kqueue();
    private final int[] pair = calls.pair();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void aLevelTriggeredEventComesAgainUntilItIsDealtWith() {
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ADD");
        calls.write(pair[0], 60);
        assertThat(calls.poll(kqueue)).hasSize(1);
        assertThat(calls.poll(kqueue)).hasSize(1);
        calls.read(pair[1], 100);
        assertThat(calls.poll(kqueue)).isEmpty();
    }

    @Test
    void anEdgeTriggeredEventComesOncePerDatagram() {
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ADD", "EV_CLEAR");
        calls.write(pair[0], 60);
        assertThat(calls.poll(kqueue)).hasSize(1);
        assertThat(calls.poll(kqueue)).isEmpty();
        calls.write(pair[0], 60);
        assertThat(calls.poll(kqueue)).hasSize(1);
    }

    @Test
    void whatIsDisabledKeepsSilentUntilItIsEnabled() {
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ADD", "EV_DISABLE");
        calls.write(pair[0], 60);
        assertThat(calls.poll(kqueue)).isEmpty();
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ENABLE");
        assertThat(calls.poll(kqueue)).hasSize(1);
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_DISABLE");
        assertThat(calls.poll(kqueue)).isEmpty();
        assertThat(calls.change(kqueue, pair[1], "EVFILT_READ", "EV_DELETE")).isZero();
        int again = calls.change(kqueue, pair[1], "EVFILT_READ", "EV_DELETE");
        assertThat(Errno.ENOENT.is(again)).isTrue();
    }

    @Test
    void aDescriptorThatIsClosedTakesItsKnotesWithIt() {
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ADD");
        calls.write(pair[0], 60);
        xnu.close(pair[1]);
        assertThat(calls.poll(kqueue)).isEmpty();
        int deletion = calls.change(kqueue, pair[1], "EVFILT_READ", "EV_DELETE");
        assertThat(Errno.ENOENT.is(deletion)).isTrue();
        assertThat(Errno.EBADF.is(calls.change(kqueue, 99, "EVFILT_READ", "EV_ADD"))).isTrue();
    }

    @Test
    void aKqueueIsReadableWhileItHasEvents() {
        int outer = xnu.kqueue();
        calls.change(kqueue, pair[1], "EVFILT_READ", "EV_ADD");
        calls.change(outer, kqueue, "EVFILT_READ", "EV_ADD");
        assertThat(calls.poll(outer)).isEmpty();
        calls.write(pair[0], 60);
        assertThat(calls.poll(outer))
                .containsExactly("ident=" + kqueue + " filter=-1 flags=0x1 fflags=0x0 data=1");
        calls.read(pair[1], 100);
        calls.poll(kqueue);
        assertThat(calls.poll(outer)).isEmpty();
        int writing = calls.change(outer, kqueue, "EVFILT_WRITE", "EV_ADD");
        assertThat(Errno.EINVAL.is(writing)).isTrue();
    }

    @Test
    void aFailedChangeIsAnEventWhereThereIsRoomForIt() {
        MemorySegment change = change(99, "EVFILT_READ", "EV_ADD");
        MemorySegment event = arena.allocate(2L * EVENT, Long.BYTES);
        MemorySegment none = MemorySegment.NULL;
        assertThat(xnu.kevent64(kqueue, change, 1, event, 2, 0, none)).isEqualTo(1);
        long at = Abi.offset("kevent64_s", "data");
        assertThat(event.get(JAVA_LONG, at)).isEqualTo(Abi.constant("EBADF"));
        // Behind the events that were told lies nothing that could be taken for one.
        assertThat(event.get(JAVA_BYTE, EVENT)).isNotZero();
        assertThat(Errno.EBADF.is(xnu.kevent64(kqueue, change, 1, none, 0, 0, none))).isTrue();
    }

    @Test
    void aReceiptComesInsteadOfEvents() {
        calls.write(pair[0], 60);
        MemorySegment change = change(pair[1], "EVFILT_READ", "EV_ADD", "EV_RECEIPT");
        MemorySegment event = arena.allocate(2L * EVENT, Long.BYTES);
        assertThat(xnu.kevent64(kqueue, change, 1, event, 2, 0, MemorySegment.NULL)).isEqualTo(1);
        assertThat(event.get(JAVA_LONG, Abi.offset("kevent64_s", "data"))).isZero();
        assertThat(calls.poll(kqueue)).hasSize(1);
    }

    @Test
    void aWaitTakesItsTimeAndARottenTimeoutIsRefused() {
        MemorySegment time = arena.allocate(Abi.size("timespec"), Long.BYTES);
        time.set(JAVA_LONG, Abi.offset("timespec", "tv_nsec"), 30_000_000);
        MemorySegment event = arena.allocate(EVENT, Long.BYTES);
        long began = System.nanoTime();
        MemorySegment none = MemorySegment.NULL;
        assertThat(xnu.kevent64(kqueue, none, 0, event, 1, 0, time)).isZero();
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(30_000_000);
        time.set(JAVA_LONG, Abi.offset("timespec", "tv_nsec"), 1_000_000_000);
        assertThat(Errno.EINVAL.is(xnu.kevent64(kqueue, none, 0, event, 1, 0, time))).isTrue();
    }

    @Test
    void aKilledProcessNeitherReturnsNorCleansUp() throws InterruptedException {
        calls.socket("/tmp/s");
        Throwable[] end = new Throwable[1];
        MemorySegment event = arena.allocate(EVENT, Long.BYTES);
        MemorySegment none = MemorySegment.NULL;
        Thread loop = new Thread(() -> xnu.kevent64(kqueue, none, 0, event, 1, 0, none), "loop");
        loop.setUncaughtExceptionHandler((thread, e) -> end[0] = e);
        loop.start();
        while (loop.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        FakeXnu other = xnu.spawn(0);
        xnu.kill9();
        loop.join();
        assertThat(end[0]).isInstanceOf(ProcessKilled.class);
        assertThat(xnu.descriptors()).isZero();
        UnixCalls others = new UnixCalls(other, arena);
        int fd = others.socket();
        assertThat(Errno.EADDRINUSE.is(others.bind(fd, "/tmp/s"))).isTrue();
        assertThat(Errno.ECONNREFUSED.is(others.connect(fd, "/tmp/s"))).isTrue();
    }

    @Test
    void aDescriptorCanBeHandedToAnotherProcess() {
        FakeXnu vm = xnu.spawn(501);
        int there = xnu.hand(pair[1], vm);
        xnu.close(pair[1]);
        assertThat(calls.write(pair[0], 60)).isEqualTo(60);
        assertThat(new UnixCalls(vm, arena).read(there, 100)).isEqualTo(60);
        vm.kill9();
        assertThat(Errno.ECONNRESET.is(calls.write(pair[0], 60))).isTrue();
    }

    private MemorySegment change(int fd, String filter, String... flags) {
        return calls.prepared(fd, filter, flags);
    }
}
