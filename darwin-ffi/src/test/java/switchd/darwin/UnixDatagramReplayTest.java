package switchd.darwin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// Unix datagram sockets, as recorded. The socket layer of all recordings is macOS 11's.
class UnixDatagramReplayTest {
    private static final int FRAME = 60;
    private static final int NONBLOCK = (int) Abi.constant("O_NONBLOCK");

    private final Arena arena = Arena.ofConfined();
    private final FakeXnu xnu = FakeXnu.boot(Profile.MACOS11);
    private final UnixCalls calls = new UnixCalls(xnu, arena);

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void acceptInjectionDeathAndBatches() throws IOException {
        Transcript log =
                Transcript.of(
                        "unix-datagrams-macos11",
                        "== datagram accept: P bound by the switch, A is vfkit",
                        "");
        log.note("== datagram accept: P bound by the switch, A is vfkit");
        int s = calls.socket();
        log.step("bind S to P", calls.bind(s, "/p"));
        int a = calls.socket("/a1");
        log.step("A connect P", calls.connect(a, "/p"));
        log.step("A send VFKT", calls.send(a, "VFKT"));
        received(log, "S recvfrom", s, true);
        log.step("S send before connect", calls.write(s, FRAME));
        log.step("S connect a1", calls.connect(s, "/a1"));
        log.step("S send", calls.write(s, FRAME));
        log.note("A gets " + calls.receive(a));
        int e = calls.socket("/evil");
        log.step("E connect P (S is connected to a1)", calls.connect(e, "/p"));
        log.step("E send", calls.write(e, FRAME));
        received(log, "S receives it", s, false);

        log.note("== P unlinked and bound anew by S2");
        log.step("unlink P", calls.unlink("/p"));
        int s2 = calls.socket();
        log.step("bind S2 to P", calls.bind(s2, "/p"));
        log.step("A send (connected to the old inode)", calls.write(a, FRAME));
        log.note("S " + outcome(s) + " S2 " + outcome(s2));
        log.step("E send (connected to the old inode)", calls.write(e, FRAME));
        received(log, "S receives it", s, false);
        int b = calls.socket("/b1");
        log.step("B connect P", calls.connect(b, "/p"));
        log.step("B send VFKT", calls.send(b, "VFKT"));
        received(log, "S2 recvfrom", s2, false);
        int q = calls.socket("/q1");
        log.step("Q sendto P, never connected", calls.sendTo(q, "/p", FRAME));
        received(log, "S2 recvfrom", s2, false);
        log.step("S2 connect q1", calls.connect(s2, "/q1"));
        log.step("Q sendto P again", calls.sendTo(q, "/p", FRAME));
        log.note("S2 " + outcome(s2));

        log.note("== the peer of a connected datagram socket");
        log.step("getsockopt LOCAL_PEERCRED", calls.get(s, "SOL_LOCAL", "LOCAL_PEERCRED"));
        for (String option : List.of("LOCAL_PEERPID", "LOCAL_PEEREPID")) {
            int pid = calls.get(s, "SOL_LOCAL", option);
            log.step("getsockopt " + option, Math.min(pid, 0), Integer.toString(pid));
        }

        log.note("== death of the peer");
        int kqueue = xnu.kqueue();
        calls.change(kqueue, s, "EVFILT_READ", "EV_ADD", "EV_ENABLE");
        xnu.close(a);
        log.step("kevent64 after close(A)", calls.poll(kqueue).size());
        log.step("S connect a1 (file left behind)", calls.connect(s, "/a1"));
        log.step("S send", calls.write(s, FRAME));
        log.step("S send again", calls.write(s, FRAME));
        int fresh = calls.socket();
        log.step("fresh socket: connect a1 (owner dead)", calls.connect(fresh, "/a1"));
        log.step("fresh socket: connect b1 (alive)", calls.connect(fresh, "/b1"));
        log.step("connect to nothing", calls.connect(calls.socket(), "/nothing"));
        log.step("bind a1 again while the stale file is there", calls.bind(calls.socket(), "/a1"));

        log.note("== sendmsg_x into a full receiver, recvmsg_x with names");
        log.step("setsockopt 0x1001 65550", calls.set(fresh, "SO_SNDBUF", 65_550));
        log.step("setsockopt 0x1002 40000", calls.set(b, "SO_RCVBUF", 40_000));
        log.note("msghdr_x bytes " + Abi.size("msghdr_x"));
        MemorySegment out = calls.messages(64, 1514);
        log.step("sendmsg_x 64 x 1514 into 40000 bytes", xnu.sendmsg_x(fresh, out, 0, 64, 0));
        log.step("again, full", xnu.sendmsg_x(fresh, out, 0, 64, 0));
        int dontWait = (int) Abi.constant("MSG_DONTWAIT");
        MemorySegment in = calls.messages(64, 2048);
        long n = xnu.recvmsg_x(b, in, 64, dontWait);
        log.step("recvmsg_x up to 64", n, "datalen[0]", "" + UnixCalls.dataLength(in, 0));
        log.step("recvmsg_x, empty", xnu.recvmsg_x(b, in, 64, dontWait));
        assertEquals(48, log.matches());
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe-macos11", "probe-macos15"})
    void buffersAndReadiness(String file) throws IOException {
        Transcript log =
                Transcript.of(
                        file,
                        "== AF_UNIX dgram",
                        "== shutdown order: destroy feth0 (bridge member) first, then feth1; with"
                                + " fds open");
        log.note("== AF_UNIX dgram");
        while (xnu.descriptors() < 8) {
            calls.socket();
        }
        int[] pair = calls.pair();
        int to = pair[0];
        int from = pair[1];
        log.note("default SO_SNDBUF=" + calls.get(to, "SOL_SOCKET", "SO_SNDBUF"));
        log.note("default SO_RCVBUF=" + calls.get(to, "SOL_SOCKET", "SO_RCVBUF"));
        for (int i = 1; i <= 5; i++) {
            log.step("write 1514 #" + i, calls.write(to, 1514));
        }
        int kqueue = xnu.kqueue();
        calls.change(kqueue, from, "EVFILT_READ", "EV_ADD", "EV_ENABLE");
        calls.change(kqueue, to, "EVFILT_WRITE", "EV_ADD", "EV_ENABLE");
        events(log, "kevent64 r/w", kqueue);
        log.step("read 100", calls.read(from, 100));
        events(log, "kevent64 after partial read", kqueue);
        log.step("SO_SNDBUF 8MB", calls.set(to, "SO_SNDBUF", 8 << 20));
        for (int size : new int[] {7_456_540, 7_456_541, 4_194_304, 1_048_576}) {
            log.step("SO_RCVBUF " + size, calls.set(from, "SO_RCVBUF", size));
        }
        log.step("write 9000 with default SNDBUF", calls.write(to, 9000));
        log.step("write 2048", calls.write(to, 2048));
        log.step("write 2049", calls.write(to, 2049));
        log.step("SO_SNDBUF 65550", calls.set(to, "SO_SNDBUF", 65_550));
        log.step("write 65535", calls.write(to, 65_535));
        log.step("write 0", calls.write(to, 0));
        log.step("fcntl NONBLOCK", xnu.fcntl(to, DarwinConstants.F_SETFL, NONBLOCK));
        int writes = 0;
        long result = 0;
        while (result >= 0) {
            result = calls.write(to, 1514);
            writes++;
        }
        log.note("filled after " + writes + " writes -> " + Transcript.errno(-result));
        events(log, "kevent64 full: writable?", kqueue);
        log.step("close reader", xnu.close(from));
        events(log, "kevent64 peer closed", kqueue);
        log.step("write after close", calls.write(to, FRAME));
        log.step("write again", calls.write(to, FRAME));
        log.step("read", calls.read(to, 100));
        assertEquals(37, log.matches());
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe2-macos11", "probe2-macos15"})
    void batches(String file) throws IOException {
        Transcript log =
                Transcript.of(
                        file,
                        "sendmsg_x AF_UNIX dgram -> 10",
                        "== second BPF on same interface + pktap?");
        int[] pair = calls.pair();
        MemorySegment out = calls.messages(10, FRAME);
        log.step("sendmsg_x AF_UNIX dgram", xnu.sendmsg_x(pair[0], out, 0, 10, 0));
        MemorySegment in = calls.messages(10, 2048);
        log.step("recvmsg_x AF_UNIX dgram", xnu.recvmsg_x(pair[1], in, 10, 0));
        log.note(
                "datalen[0]="
                        + UnixCalls.dataLength(in, 0)
                        + " [9]="
                        + UnixCalls.dataLength(in, 9));
        assertEquals(3, log.matches());
    }

    private void received(Transcript log, String call, int fd, boolean withText) {
        long bytes = calls.receive(fd);
        String text = withText ? "b'" + calls.text(bytes) + "'" : "";
        log.step(call, bytes, text, "from '" + calls.from + "'");
    }

    private String outcome(int fd) {
        long bytes = calls.receive(fd);
        return bytes < 0 ? "(-1, '" + Transcript.errno(-bytes) + "')" : "(" + bytes + ", '')";
    }

    private void events(Transcript log, String call, int kqueue) {
        List<String> told = calls.poll(kqueue);
        log.step(call, told.size());
        told.forEach(log::note);
    }
}
