package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.core.testkit.PollerContract;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

@ParameterizedClass
@EnumSource(Profile.class)
class KqueuePollerTest extends PollerContract {
    private static final long TOKEN = 5L << 32 | 9;

    private final FakeXnu xnu;

    KqueuePollerTest(Profile profile) {
        xnu = FakeXnu.boot(profile);
    }

    @Override
    protected Poller openPoller(Arena memory) throws Exception {
        return KqueuePoller.open(xnu, memory);
    }

    @Override
    protected Pipe openPipe() throws Exception {
        return new SocketPair(xnu);
    }

    @Override
    protected boolean hangUpsWake() {
        return false;
    }

    @Test
    void nothingIsLeftWhereNoKqueueIsGiven() {
        int before = xnu.descriptors();
        for (String call : new String[] {"kqueue", "kevent64"}) {
            xnu.faults().failNext(call, "ENOMEM");
            assertThatThrownBy(
                            () -> {
                                try (Arena arena = Arena.ofConfined()) {
                                    openPoller(arena);
                                }
                            })
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining(call)
                    .hasMessageContaining("ENOMEM");
            assertThat(xnu.descriptors()).isEqualTo(before);
        }
    }

    @Test
    void aSignalEndsTheWaitAndIsNoError() throws Exception {
        try (Arena arena = Arena.ofConfined();
                Poller poller = openPoller(arena)) {
            xnu.faults().failNext("kevent64", "EINTR");
            assertThat(poller.await(-1)).isZero();
        }
    }

    @Test
    void whatCannotBeWrittenToIsRefusedAndNotHalfWatched() throws Exception {
        try (Arena arena = Arena.ofConfined();
                Poller poller = openPoller(arena);
                Poller other = openPoller(arena)) {
            int readOnly = xnu.kqueue();
            assertThatThrownBy(() -> poller.watch(readOnly, TOKEN, true, true))
                    .hasMessageContaining("kevent64(EV_ADD, EVFILT_WRITE, fd " + readOnly + ")")
                    .hasMessageContaining("EINVAL");
            poller.watch(readOnly, TOKEN, true, false);
            poller.change(readOnly, TOKEN, false, false);
            assertThat(other.await(0)).isZero();
            xnu.close(readOnly);
        }
    }

    @Test
    void aDescriptorThatWasClosedUnderItIsForgotten() throws Exception {
        try (Arena arena = Arena.ofConfined();
                Poller poller = openPoller(arena);
                SocketPair gone = new SocketPair(xnu)) {
            int number = gone.near();
            poller.watch(number, TOKEN, true, true);
            xnu.close(number);
            assertThat(poller.await(0)).isZero();
            poller.change(number, TOKEN, false, false);
            try (SocketPair next = new SocketPair(xnu)) {
                assertThat(next.near()).isEqualTo(number);
                next.write();
                poller.watch(number, TOKEN + 1, true, false);
                assertThat(poller.await(0)).isEqualTo(1);
                assertThat(poller.token(0)).isEqualTo(TOKEN + 1);
            }
        }
    }

    @Test
    void aWaitIsOneCall() throws Exception {
        try (Arena arena = Arena.ofConfined();
                Poller poller = openPoller(arena);
                SocketPair pair = new SocketPair(xnu)) {
            poller.watch(pair.near(), TOKEN, true, false);
            pair.write();
            xnu.calls().reset();
            poller.await(-1);
            assertThat(xnu.calls().total()).isEqualTo(1);
        }
    }
}
