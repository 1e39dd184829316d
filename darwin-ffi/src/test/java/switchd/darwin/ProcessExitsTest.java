package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.PeerWatch;

@ParameterizedClass
@EnumSource(Profile.class)
class ProcessExitsTest {
    private static final int VM_USER = 501;

    private final FakeXnu xnu;
    private final FakeXnu vm;
    private final Arena arena = Arena.ofConfined();
    private SocketPair pair;
    private ProcessExits exits;
    private Poller poller;
    private int ended;

    ProcessExitsTest(Profile profile) {
        xnu = FakeXnu.boot(profile);
        vm = xnu.spawn(VM_USER);
    }

    /// The far end is handed to another process, which uses it.
    @BeforeEach
    void open() throws Exception {
        exits = ProcessExits.open(xnu, arena);
        poller = KqueuePoller.open(xnu, arena);
        poller.watch(exits.fd(), 1, true, false);
        pair = new SocketPair(xnu);
        handTo(vm);
        pair.hangUp();
    }

    @AfterEach
    void close() {
        poller.close();
        exits.close();
        pair.close();
        assertThat(xnu.descriptors()).isZero();
        arena.close();
    }

    private void handTo(FakeXnu process) {
        int fd = xnu.hand(pair.far(), process);
        process.write(fd, arena.allocate(4), 0, 4);
    }

    private boolean isTold() throws SyscallException {
        boolean ready = poller.await(0) > 0;
        if (ready) {
            exits.ready(true, false);
        }
        return ready;
    }

    @Test
    void theEndOfThePeersProcessIsToldOnce() throws Exception {
        exits.watch(pair.near(), () -> ended++);
        assertThat(isTold()).isFalse();
        vm.kill9();
        assertThat(isTold()).isTrue();
        assertThat(ended).isEqualTo(1);
        assertThat(isTold()).isFalse();
    }

    @Test
    void allWhoWaitForOneProcessAreTold() throws Exception {
        exits.watch(pair.near(), () -> ended++);
        PeerWatch leaves = exits.watch(pair.near(), () -> ended += 100);
        exits.watch(pair.near(), () -> ended++);
        leaves.close();
        leaves.close();
        vm.kill9();
        assertThat(isTold()).isTrue();
        assertThat(ended).isEqualTo(2);
    }

    @Test
    void whoDoesNotWaitAnyMoreIsNotTold() throws Exception {
        exits.watch(pair.near(), () -> ended++).close();
        vm.kill9();
        assertThat(isTold()).isFalse();
        assertThat(ended).isZero();
    }

    @Test
    void whatCannotBeKnownIsNoFailure() throws Exception {
        for (String call : new String[] {"getsockopt", "kevent64"}) {
            xnu.faults().failNext(call, "EPERM");
            exits.watch(pair.near(), () -> ended++).close();
        }
        vm.kill9();
        exits.watch(pair.near(), () -> ended++).close(); // nobody is there any more
        int unconnected = xnu.socket(1, 2, 0);
        exits.watch(unconnected, () -> ended++).close();
        xnu.close(unconnected);
        assertThat(isTold()).isFalse();
        assertThat(ended).isZero();
    }

    @Test
    void aProcessThatIsGoneBeforeItCouldBeWatchedIsNotKnown() throws Exception {
        MemorySegment two = arena.allocate(JAVA_INT, 2);
        assertThat(xnu.socketpair(1, 2, 0, two)).isZero();
        FakeXnu brief = xnu.spawn(VM_USER);
        int far = two.getAtIndex(JAVA_INT, 1);
        brief.write(xnu.hand(far, brief), two, 0, 4);
        brief.kill9();
        exits.watch(two.getAtIndex(JAVA_INT, 0), () -> ended++).close();
        assertThat(isTold()).isFalse();
        xnu.close(two.getAtIndex(JAVA_INT, 0));
        xnu.close(far);
    }
}
