package switchd.posix.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketBuffers;
import switchd.posix.UnixAddress;

/// What every [DatagramIo] must do; run on the real kernel.
@Timeout(20)
public abstract class DatagramIoContract {
    private static final int CAPACITY = 8;
    private static final int MTU = 1500;

    /// Where the sockets are bound: a kernel in memory must be given it first.
    @TempDir protected Path directory;

    private Arena arena;
    private Posix posix;
    private DatagramIo io;
    private FrameBatch outgoing;
    private Fd receiver;

    /// The kernel's calls.
    protected abstract Posix posix(Arena memory);

    /// What is tested.
    ///
    /// @param calls what [#posix] gave
    protected abstract DatagramIo open(Posix calls, Arena memory, FrameBatch slots);

    @BeforeEach
    void open() throws Exception {
        arena = Arena.ofConfined();
        posix = posix(arena);
        io = open(posix, arena, FrameBatch.slots(arena, CAPACITY, MTU));
        outgoing = FrameBatch.slots(arena, 4 * CAPACITY, 2 * MTU);
        receiver = bound("vm.sock");
    }

    @AfterEach
    void close() {
        receiver.close();
        arena.close();
    }

    @Test
    void anIdleSocketGivesNothing() {
        assertThat(io.receive(receiver.number())).isZero();
        assertThat(io.slots().count()).isZero();
    }

    @Test
    void framesComeInOrderAndWhole() throws Exception {
        try (Fd sender = connected()) {
            frame(60, 'a');
            frame(14, 'b');
            frame(MTU + 18, 'c');
            assertThat(io.send(sender.number(), outgoing, 0)).isEqualTo(3);

            assertThat(io.receive(receiver.number())).isEqualTo(3);
            FrameBatch slots = io.slots();
            assertThat(slots.count()).isEqualTo(3);
            assertFrame(0, 60, 'a');
            assertFrame(1, 14, 'b');
            assertFrame(2, MTU + 18, 'c');
            assertThat(io.receive(receiver.number())).isZero();
        }
    }

    @Test
    void sendingBeginsWhereAsked() throws Exception {
        try (Fd sender = connected()) {
            for (char mark = 'a'; mark < 'e'; mark++) {
                frame(60, mark);
            }
            assertThat(io.send(sender.number(), outgoing, 2)).isEqualTo(2);
            assertThat(io.receive(receiver.number())).isEqualTo(2);
            assertFrame(0, 60, 'c');
            assertFrame(1, 60, 'd');
        }
    }

    @Test
    void oneReceiveFillsTheSlotsAndTheNextGoesOn() throws Exception {
        try (Fd sender = connected()) {
            SocketBuffers.send(posix, sender.number(), 1 << 20);
            for (int i = 0; i < CAPACITY + 2; i++) {
                frame(60 + i, (char) ('a' + i));
            }
            // The queue of a socket may take as few as eleven datagrams.
            assertThat(io.send(sender.number(), outgoing, 0)).isEqualTo(CAPACITY + 2);
            assertThat(io.receive(receiver.number())).isEqualTo(CAPACITY);
            assertFrame(CAPACITY - 1, 60 + CAPACITY - 1, (char) ('a' + CAPACITY - 1));
            assertThat(io.receive(receiver.number())).isEqualTo(2);
            assertFrame(0, 60 + CAPACITY, (char) ('a' + CAPACITY));
        }
    }

    @Test
    void aFrameLongerThanASlotIsCutToIt() throws Exception {
        try (Fd sender = connected()) {
            SocketBuffers.send(posix, sender.number(), 1 << 20);
            frame(2 * MTU, 'x');
            frame(60, 'y');
            assertThat(io.send(sender.number(), outgoing, 0)).isEqualTo(2);
            int received = io.receive(receiver.number());
            assertThat(io.slots().length(0)).isEqualTo(io.slots().slotBytes());
            // Darwin up to 13 ends a batch at such a frame.
            if (received == 1) {
                assertThat(io.receive(receiver.number())).isEqualTo(1);
            }
            assertFrame(received == 1 ? 0 : 1, 60, 'y');
        }
    }

    @Test
    void theSenderIsToldByItsPath() throws Exception {
        byte[] path = path("client-with-a-long-name.sock").getBytes(UTF_8);
        byte[] other = path("c").getBytes(UTF_8);
        try (Fd named = bound("client-with-a-long-name.sock");
                Fd brief = bound("c");
                Fd unnamed = connected()) {
            connect(named);
            connect(brief);
            frame(60, 'a');
            io.send(named.number(), outgoing, 0);
            io.send(brief.number(), outgoing, 0);
            io.send(unnamed.number(), outgoing, 0);
            io.send(named.number(), outgoing, 0);

            assertThat(io.receive(receiver.number())).isEqualTo(4);
            assertThat(io.source(0)).isEqualTo(path("client-with-a-long-name.sock"));
            assertThat(io.isFrom(0, path)).isTrue();
            assertThat(io.isFrom(0, other)).isFalse();
            assertThat(io.source(1)).isEqualTo(path("c"));
            assertThat(io.isFrom(1, other)).isTrue();
            assertThat(io.isFrom(1, path)).isFalse();
            assertThat(io.source(2)).isEmpty();
            assertThat(io.isFrom(2, other)).isFalse();
            assertThat(io.isFrom(3, path)).isTrue();
        }
    }

    @Test
    void sendersAreToldAnewAfterOthersUsedTheSlots() throws Exception {
        try (Fd named = bound("client.sock");
                Fd unnamed = connected()) {
            connect(named);
            frame(60, 'a');
            frame(60, 'b');
            io.send(unnamed.number(), outgoing, 0);
            assertThat(io.receive(receiver.number())).isEqualTo(2);
            io.slots().clear();
            io.send(named.number(), outgoing, 0);
            assertThat(io.receive(receiver.number())).isEqualTo(2);
            assertThat(io.source(0)).isEqualTo(path("client.sock"));
            assertThat(io.source(1)).isEqualTo(path("client.sock"));
        }
    }

    @Test
    void aFullPeerTakesAPartAndThenNothing() throws Exception {
        try (Fd sender = connected()) {
            for (int i = 0; i < outgoing.capacity(); i++) {
                frame(60, 'f');
            }
            int total = 0;
            int sent = io.send(sender.number(), outgoing, 0);
            while (sent > 0) {
                total += sent;
                sent = io.send(sender.number(), outgoing, 0);
            }
            assertThat(isFull(sent)).as("%s", Errno.of(-sent)).isTrue();

            int received = 0;
            int got = io.receive(receiver.number());
            while (got > 0) {
                received += got;
                got = io.receive(receiver.number());
            }
            assertThat(received).isEqualTo(total);
            assertThat(io.send(sender.number(), outgoing, 0)).isPositive();
        }
    }

    @Test
    void aPeerThatIsGoneIsAnError() throws Exception {
        try (Fd sender = connected()) {
            frame(60, 'z');
            receiver.close();
            assertThat(io.send(sender.number(), outgoing, 0)).isNegative();
        }
    }

    @Test
    void whatIsNoSocketIsAnError() {
        frame(60, 'z');
        assertThat(Errno.EBADF.is(io.receive(99_999))).isTrue();
        assertThat(Errno.EBADF.is(io.send(99_999, outgoing, 0))).isTrue();
    }

    private static boolean isFull(int result) {
        return Errno.EAGAIN.is(result) || Errno.ENOBUFS.is(result);
    }

    private void frame(int length, char mark) {
        int slot = outgoing.slot(outgoing.count());
        MemorySegment frame = outgoing.memory().asSlice(slot, length);
        frame.fill((byte) mark);
        outgoing.add(slot, length);
    }

    private void assertFrame(int i, int length, char mark) {
        FrameBatch slots = io.slots();
        assertThat(slots.length(i)).isEqualTo(length);
        byte[] bytes = slots.memory().asSlice(slots.offset(i), length).toArray(JAVA_BYTE);
        assertThat(bytes).containsOnly(mark);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Fd bound(String name) throws SwitchdException {
        Fd fd = datagramSocket();
        UnixAddress address = UnixAddress.of(arena, path(name));
        SyscallException.check(
                "bind(" + name + ")", posix.bind(fd.number(), address.memory(), address.length()));
        return fd;
    }

    private Fd connected() throws SwitchdException {
        Fd fd = datagramSocket();
        connect(fd);
        return fd;
    }

    private void connect(Fd fd) throws SwitchdException {
        UnixAddress address = UnixAddress.of(arena, path("vm.sock"));
        SyscallException.check(
                "connect(vm.sock)", posix.connect(fd.number(), address.memory(), address.length()));
    }

    private Fd datagramSocket() throws SyscallException {
        int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        SyscallException.check("socket(AF_UNIX)", number);
        return new Fd(posix, number);
    }
}
