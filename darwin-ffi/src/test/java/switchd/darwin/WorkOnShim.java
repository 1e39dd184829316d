package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.LibcShim;
import switchd.darwin.testkit.Profile;
import switchd.posix.FileStatus;
import switchd.posix.Owner;
import switchd.posix.PosixConstants;
import switchd.posix.SingleMessageIo;
import switchd.posix.UnixAddress;

/// Sockets, files, a poller and an interface, through C to the kernel in memory; run in a JVM of
/// its own by [LibcShimTest].
final class WorkOnShim {
    private static final String PATH = "/tmp/work-on-shim.sock";

    private final FakeXnu xnu = FakeXnu.boot(Profile.MACOS15);
    private final LibcShim shim = LibcShim.connect(xnu);
    private final Arena arena = Arena.ofConfined();
    private final Darwin darwin = new NativeDarwin(arena);

    private WorkOnShim() {}

    public static void main(String... arguments) throws Exception {
        WorkOnShim work = new WorkOnShim();
        work.identities();
        work.errors();
        work.datagrams();
        work.wakeups();
        work.interfaces();
        work.shim.check();
    }

    private void identities() throws Exception {
        assertThat(darwin.getpid()).isEqualTo(xnu.pid());
        assertThat(Owner.current(darwin)).isEqualTo(new Owner(0, 0));
        assertThat(Owner.named(darwin, "vmuser")).isEqualTo(new Owner(501, 20));
        assertThat(darwin.umask(0177)).isEqualTo(022);
        assertThat(darwin.umask(022)).isEqualTo(0177);
    }

    private void errors() {
        assertThat(darwin.close(99)).isEqualTo(-Errno.EBADF.number());
        MemorySegment fds = pair();
        MemorySegment room = arena.allocate(16);
        int fd = fds.getAtIndex(JAVA_INT, 0);
        assertThat(darwin.fcntl(fd, DarwinConstants.F_SETFL, PosixConstants.O_NONBLOCK)).isZero();
        assertThat(darwin.read(fd, room, 0, 16)).isEqualTo(-35);
        assertThat(darwin.close(fds.getAtIndex(JAVA_INT, 1))).isZero();
        assertThat(darwin.write(fd, room, 0, 16)).isEqualTo(-54);
        assertThat(darwin.close(fd)).isZero();
    }

    private void datagrams() throws Exception {
        int bound = darwin.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress address = UnixAddress.of(arena, PATH);
        assertThat(darwin.bind(bound, address.memory(), address.length())).isZero();
        FileStatus status = Objects.requireNonNull(FileStatus.of(darwin, PATH));
        assertThat(status.isSocket()).isTrue();
        assertThat(status.mode() & 0777).isEqualTo(0755);
        assertThat(Files.exists(Path.of(PATH))).as("on the host").isFalse();

        int sender = darwin.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        assertThat(darwin.connect(sender, address.memory(), address.length())).isZero();
        FrameBatch frames = FrameBatch.slots(arena, 2, 1518);
        var io = new SingleMessageIo(darwin, arena, FrameBatch.slots(arena, 4, 1518));
        for (int i = 0; i < 2; i++) {
            frames.memory().set(JAVA_INT, frames.slot(i), 0x0102_0304 + i);
            frames.add(frames.slot(i), 60 + i);
        }
        assertThat(io.send(sender, frames, 0)).isEqualTo(2);
        assertThat(io.receive(bound)).isEqualTo(2);
        assertThat(io.slots().length(1)).isEqualTo(61);
        assertThat(io.slots().memory().get(JAVA_INT, io.slots().offset(1))).isEqualTo(0x0102_0305);
        assertThat(darwin.close(sender)).isZero();
        assertThat(darwin.close(bound)).isZero();
        assertThat(darwin.unlink(arena.allocateFrom(PATH))).isZero();
    }

    /// A thread waits in the kernel while others call it.
    private void wakeups() throws Exception {
        try (KqueuePoller poller = KqueuePoller.open(darwin, arena)) {
            MemorySegment fds = pair();
            poller.watch(fds.getAtIndex(JAVA_INT, 0), 7, true, false);
            Thread waker = new Thread(poller::wakeup, "waker");
            waker.start();
            assertThat(poller.await(-1)).isZero();
            waker.join();
            int other = fds.getAtIndex(JAVA_INT, 1);
            Thread writer = new Thread(() -> write(other), "writer");
            writer.start();
            assertThat(poller.await(-1)).isEqualTo(1);
            assertThat(poller.token(0)).isEqualTo(7);
            writer.join();
        }
    }

    private static void write(int fd) {
        try (Arena own = Arena.ofConfined()) {
            Darwin ofThread = new NativeDarwin(own);
            assertThat(ofThread.write(fd, own.allocate(14), 0, 14)).isEqualTo(14);
        }
    }

    private void interfaces() {
        int control = darwin.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        MemorySegment request = arena.allocate(Structs.IFREQ);
        request.setString(0, "feth");
        assertThat(darwin.ioctl(control, Requests.SIOCIFCREATE2, request)).isZero();
        assertThat(request.getString(0)).isEqualTo("feth0");
        MemorySegment list = arena.allocate(JAVA_INT.byteSize() * 2, Long.BYTES);
        assertThat(darwin.getifaddrs(list)).isZero();
        darwin.freeifaddrs(MemorySegment.ofAddress(list.get(JAVA_LONG, 0)));
        assertThat(darwin.ioctl(control, Requests.SIOCIFDESTROY, request)).isZero();
        assertThat(darwin.close(control)).isZero();
    }

    private MemorySegment pair() {
        MemorySegment fds = arena.allocate(JAVA_INT, 2);
        int made = darwin.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, fds);
        assertThat(made).isZero();
        return fds;
    }
}
