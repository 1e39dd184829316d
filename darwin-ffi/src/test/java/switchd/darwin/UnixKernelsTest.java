package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.darwin.DarwinConstants.F_SETFL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// Where the kernels differ with unix datagram sockets, by their sources: what no recording shows.
class UnixKernelsTest {
    private static final int FRAME = 1514;
    private static final int DONT_WAIT = (int) Abi.constant("MSG_DONTWAIT");

    private final Arena arena = Arena.ofConfined();
    private FakeXnu xnu = FakeXnu.boot(Profile.MACOS15);
    private UnixCalls calls = new UnixCalls(xnu, arena);
    private int near;
    private int far;

    private void boot(Profile profile) {
        xnu = FakeXnu.boot(profile);
        calls = new UnixCalls(xnu, arena);
        int[] pair = calls.pair();
        near = pair[0];
        far = pair[1];
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private int watchedForRoom() {
        int kqueue = xnu.kqueue();
        calls.change(kqueue, near, "EVFILT_WRITE", "EV_ADD");
        assertThat(calls.poll(kqueue)).hasSize(1);
        while (calls.write(near, FRAME) > 0) {}
        return kqueue;
    }

    @Test
    void macOs11SaysThatThereIsAlwaysRoom() {
        boot(Profile.MACOS11);
        assertThat(calls.poll(watchedForRoom())).hasSize(1);
    }

    @Test
    void macOs13And14NeverSayThatThereIsRoomAgain() {
        for (Profile profile : new Profile[] {Profile.MACOS13, Profile.MACOS14}) {
            boot(profile);
            int kqueue = watchedForRoom();
            assertThat(calls.poll(kqueue)).isEmpty();
            calls.read(far, FRAME);
            calls.read(far, FRAME);
            assertThat(calls.poll(kqueue)).isEmpty();
            // Only who asks anew is told.
            calls.change(kqueue, near, "EVFILT_WRITE", "EV_ADD");
            assertThat(calls.poll(kqueue)).hasSize(1);
        }
    }

    @Test
    void macOs15SaysThatThereIsRoomAgain() {
        boot(Profile.MACOS15);
        int kqueue = watchedForRoom();
        assertThat(calls.poll(kqueue)).isEmpty();
        calls.read(far, FRAME);
        assertThat(calls.poll(kqueue)).hasSize(1);
    }

    @Test
    void macOs15DoesNotTellASenderThatItsReceiverIsNotConnectedTo() {
        boot(Profile.MACOS15);
        far = calls.socket("/far");
        calls.connect(near, "/far");
        int kqueue = watchedForRoom();
        assertThat(calls.poll(kqueue)).isEmpty();
        calls.read(far, FRAME);
        calls.read(far, FRAME);
        assertThat(calls.poll(kqueue)).isEmpty();
    }

    @Test
    void aBufferThatIsTooLargeIsRefusedAndLaterCut() {
        boot(Profile.MACOS13);
        assertThat(Errno.ENOBUFS.is(calls.set(near, "SO_RCVBUF", 8 << 20))).isTrue();
        assertThat(calls.get(near, "SOL_SOCKET", "SO_RCVBUF")).isEqualTo(4096);
        boot(Profile.MACOS14);
        assertThat(calls.set(near, "SO_RCVBUF", 9 << 20)).isZero();
        assertThat(calls.get(near, "SOL_SOCKET", "SO_RCVBUF")).isEqualTo(8 << 20);
    }

    @Test
    void smallFramesUseUpTheMemoryOfABufferBeforeItsBytes() {
        boot(Profile.MACOS13);
        int sent = 0;
        while (calls.write(near, 14) > 0) {
            sent++;
        }
        assertThat(sent).isEqualTo(8 * 4096 / 512);
    }

    @Test
    void sendmsgXCountsWhatWasSentSinceMacOs14() {
        boot(Profile.MACOS14);
        MemorySegment out = calls.messages(5, FRAME);
        assertThat(xnu.sendmsg_x(near, out, 0, 5, 0)).isEqualTo(2);
        assertThat(Errno.ENOBUFS.is(xnu.sendmsg_x(near, out, 0, 5, 0))).isTrue();
        boot(Profile.MACOS13);
        assertThat(xnu.sendmsg_x(near, out, 0, 5, 0)).isEqualTo(3);
        assertThat(xnu.sendmsg_x(near, out, 0, 5, 0)).isEqualTo(1);
    }

    @Test
    void sendmsgXTakesAHundredUntilMacOs13() {
        MemorySegment out = calls(Profile.MACOS13).messages(120, 1);
        calls.set(far, "SO_RCVBUF", 1 << 20);
        assertThat(xnu.sendmsg_x(near, out, 0, 120, 0)).isEqualTo(100);
        MemorySegment in = calls.messages(120, 10);
        assertThat(xnu.recvmsg_x(far, in, 120, DONT_WAIT)).isEqualTo(100);
        calls(Profile.MACOS14);
        calls.set(far, "SO_RCVBUF", 1 << 20);
        assertThat(xnu.sendmsg_x(near, out, 0, 120, 0)).isEqualTo(120);
        assertThat(xnu.recvmsg_x(far, in, 120, DONT_WAIT)).isEqualTo(120);
        assertThat(Errno.EINVAL.is(xnu.recvmsg_x(far, in, 0, DONT_WAIT))).isTrue();
    }

    @Test
    void recvmsgXEndsAtACutFrameAndSaysSoUntilMacOs13() {
        boot(Profile.MACOS13);
        calls.write(near, 100);
        calls.write(near, 10);
        MemorySegment in = calls.messages(4, 60);
        assertThat(xnu.recvmsg_x(far, in, 4, DONT_WAIT)).isEqualTo(1);
        long flags = Abi.offset("msghdr_x", "msg_flags");
        assertThat(in.get(ValueLayout.JAVA_INT, flags)).isEqualTo((int) Abi.constant("MSG_TRUNC"));
        // Flags that are left in a header are refused.
        assertThat(Errno.EINVAL.is(xnu.recvmsg_x(far, in, 4, DONT_WAIT))).isTrue();
    }

    @Test
    void recvmsgXCutsInSilenceSinceMacOs14() {
        boot(Profile.MACOS14);
        calls.write(near, 100);
        calls.write(near, 10);
        MemorySegment in = calls.messages(4, 60);
        assertThat(xnu.recvmsg_x(far, in, 4, DONT_WAIT)).isEqualTo(2);
        assertThat(UnixCalls.dataLength(in, 0)).isEqualTo(60);
        long flags = Abi.offset("msghdr_x", "msg_flags");
        assertThat(in.get(ValueLayout.JAVA_INT, flags)).isZero();
        int peek = (int) Abi.constant("MSG_PEEK");
        assertThat(Errno.EINVAL.is(xnu.recvmsg_x(far, in, 4, peek))).isTrue();
    }

    @Test
    void aLibraryMayLackTheBatchCalls() {
        boot(Profile.MACOS15);
        xnu.withoutBatchCalls();
        MemorySegment out = calls.messages(1, 60);
        assertThat(xnu.sendmsg_x(near, out, 0, 1, 0)).isEqualTo(-Abi.constant("ENOSYS"));
        assertThat(xnu.recvmsg_x(far, out, 1, 0)).isEqualTo(-Abi.constant("ENOSYS"));
    }

    @Test
    void anEmptyDatagramIsAnEventWithoutBytes() {
        boot(Profile.MACOS15);
        int kqueue = xnu.kqueue();
        calls.change(kqueue, far, "EVFILT_READ", "EV_ADD");
        calls.write(near, 0);
        assertThat(calls.poll(kqueue))
                .containsExactly("ident=" + far + " filter=-1 flags=0x1 fflags=0x0 data=0");
        xnu.fcntl(far, F_SETFL, (int) Abi.constant("O_NONBLOCK"));
        assertThat(calls.read(far, 100)).isZero();
        assertThat(calls.poll(kqueue)).isEmpty();
    }

    @Test
    void refusals() {
        boot(Profile.MACOS15);
        int stream = xnu.socket(1, (int) Abi.constant("SOCK_STREAM"), 0);
        calls.bind(stream, "/stream");
        assertThat(Errno.EPROTOTYPE.is(calls.connect(near, "/stream"))).isTrue();
        assertThat(Errno.EDESTADDRREQ.is(calls.write(near, 60))).isTrue();
        calls.socket("/to");
        assertThat(calls.sendTo(near, "/to", 60)).isEqualTo(60);
        // The other end of the pair is still connected.
        assertThat(Errno.EISCONN.is(calls.sendTo(far, "/to", 60))).isTrue();
        calls.connect(near, "/to");
        assertThat(Errno.EISCONN.is(calls.sendTo(near, "/to", 60))).isTrue();
        xnu.files().write("/file", "");
        assertThat(calls.connect(near, "/file")).isEqualTo((int) -Abi.constant("ENOTSOCK"));
    }

    private UnixCalls calls(Profile profile) {
        boot(profile);
        return calls;
    }
}
