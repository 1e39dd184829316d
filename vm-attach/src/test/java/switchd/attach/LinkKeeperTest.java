package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.Guards;
import switchd.core.IsolatedNetwork;
import switchd.core.MacPolicy;
import switchd.core.Port;
import switchd.core.testkit.FakePoller;
import switchd.posix.NativePosix;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

final class LinkKeeperTest {
    private static final int CLOEXEC = 1;

    /// A store that is full.
    private static final class Full implements LinkStore {
        private final List<Integer> offered = new ArrayList<>();
        private final List<String> forgotten = new ArrayList<>();

        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public boolean keep(String name, int copy) {
            offered.add(copy);
            return false;
        }

        @Override
        public void forget(String name) {
            forgotten.add(name);
        }

        @Override
        public void leave() {
            throw new AssertionError("nobody leaves");
        }
    }

    @Test
    void aCopyThatTheStoreDoesNotTakeIsClosed() {
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new NativePosix(arena);
            SocketAccess access = SocketAccess.privateTo(Owner.current(posix));
            Full store = new Full();
            int fd = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
            FakePoller poller = new FakePoller();
            EventLoop loop = new EventLoop(poller, poller::nanos);
            Port port =
                    new Port(
                            "one",
                            loop,
                            new IsolatedNetwork("lan", 1500, loop, arena),
                            new MacPolicy.Any(),
                            Guards.USUAL,
                            _ -> {},
                            arena);
            LinkKeeper keeper = new LinkKeeper(store, posix, loop, port, access);

            keeper.keep(LinkName.Kind.DATAGRAM, "/run/one.sock", null, fd);
            keeper.forget();

            assertThat(store.offered).hasSize(1);
            int copy = store.offered.getFirst();
            int onCopy = posix.fcntl(copy, PosixConstants.F_SETFD, CLOEXEC);
            assertThat(onCopy).isEqualTo(-Errno.EBADF.number());
            assertThat(posix.fcntl(fd, PosixConstants.F_SETFD, CLOEXEC)).isZero();
            assertThat(store.forgotten).isEmpty();
            posix.close(fd);
        }
    }
}
