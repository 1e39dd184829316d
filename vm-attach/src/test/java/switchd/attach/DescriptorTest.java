package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.testkit.StreamSocket;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.Peer;
import switchd.core.PortEvent;
import switchd.core.UsageException;
import switchd.core.testkit.Frames;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SingleMessageIo;

/// VMs that hold a descriptor. The far ends are in this process, as they are in a child that
/// inherited them.
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class DescriptorTest {
    @TempDir Path directory;

    private final Arena arena = Arena.ofShared();
    private final Posix posix = new NativePosix(arena);
    private final SingleMessageIo io =
            new SingleMessageIo(posix, arena, FrameBatch.slots(arena, 1, 9000));
    private AttachLab lab;

    @BeforeEach
    void listen() {
        lab = AttachLab.listening(directory.resolve("net.sock"), AttachLab.Io.BATCHES);
        lab.listenForStreams(directory.resolve("stream.sock"));
    }

    @AfterEach
    void close() {
        lab.close();
        arena.close();
    }

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number, 1000);
    }

    private int[] pair(int type) {
        MemorySegment fds = arena.allocate(JAVA_INT, 2);
        assertThat(posix.socketpair(PosixConstants.AF_UNIX, type, 0, fds)).isZero();
        return new int[] {fds.getAtIndex(JAVA_INT, 0), fds.getAtIndex(JAVA_INT, 1)};
    }

    private void send(int fd, byte[] bytes) {
        MemorySegment memory = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        assertThat(posix.write(fd, memory, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private byte[] receive(int fd) {
        lab.until("a datagram", () -> io.receive(fd) > 0);
        return Frames.bytes(io.slots(), 0);
    }

    private int option(int fd, int option) {
        MemorySegment value = arena.allocate(JAVA_INT);
        posix.getsockopt(
                fd,
                PosixConstants.SOL_SOCKET,
                option,
                value,
                arena.allocateFrom(JAVA_INT, Integer.BYTES));
        return value.get(JAVA_INT, 0);
    }

    @Test
    void theVmGetsOneEndAndFramesGoBothWays() throws Exception {
        Fd end = lab.handOver(4711, posix);
        Peer peer = lab.ask(() -> lab.port().peer());
        assertThat(peer.kind()).isEqualTo(Peer.Kind.DESCRIPTOR);
        assertThat(peer).hasToString("process 4711");
        send(end.number(), frame(1));
        lab.awaitFrames(1);
        assertThat(lab.frames()).containsExactly(frame(1));
        lab.toVm(frame(2));
        assertThat(receive(end.number())).isEqualTo(frame(2));
        // Apple's sizes on the VM's end too: it is the VM's framework that asks for them.
        assertThat(option(end.number(), PosixConstants.SO_SNDBUF) / 2).isEqualTo(peer.sendBuffer());
        assertThat(option(end.number(), PosixConstants.SO_RCVBUF) / 2)
                .isEqualTo(peer.receiveBuffer());
        assertThat(peer.receiveBuffer()).isGreaterThanOrEqualTo(2 * peer.sendBuffer());
        end.close();
    }

    @Test
    void aVmThatClosesItsEndIsFoundOutThoughNobodySends() throws Exception {
        long before = AttachLab.sockets();
        Fd end = lab.handOver(0, posix);
        int copy = posix.fcntl(end.number(), 0, 0); // F_DUPFD
        end.close();
        send(copy, frame(1));
        lab.awaitFrames(1);
        assertThat(lab.events(PortEvent.Detached.class)).isEmpty();
        posix.close(copy);
        lab.awaitDetached(1);
        assertThat(lab.ask(AttachLab::sockets)).isEqualTo(before);
        lab.handOver(0, posix).close();
        lab.awaitAttached(2);
    }

    @Test
    void aFrameForAVmThatIsGoneTellsItAtOnce() throws Exception {
        lab.handOver(0, posix).close();
        lab.toVm(frame(1));
        assertThat(lab.events(PortEvent.Detached.class)).hasSize(1);
        assertThat(lab.events(PortEvent.Detached.class).getFirst().reason())
                .contains("ECONNREFUSED");
    }

    @Test
    void aVmThatIsThereKeepsThePort() throws Exception {
        Fd end = lab.handOver(0, posix);
        assertThatThrownBy(() -> lab.handOver(4711, posix))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("has a VM already");
        assertThat(lab.events(PortEvent.Refused.class).getFirst().peer()).isEqualTo("process 4711");
        try (StreamSocket second = StreamSocket.connect(directory.resolve("stream.sock"))) {
            assertThat(second.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
        }
        end.close();
        lab.handOver(4712, posix).close(); // the dead one gives way at once
        assertThat(lab.events(PortEvent.Attached.class)).hasSize(2);
    }

    @Test
    void aQuietVmIsAskedOnceASecondAndABusyOneNever() throws Exception {
        Fd end = lab.handOver(0, posix);
        byte[] question = receive(end.number());
        assertThat(question).hasSize(60);
        assertThat(question[12]).isEqualTo((byte) 0x88);
        assertThat(lab.port().isAttached()).isTrue();
        end.close();
    }

    @Test
    void anInheritedDatagramSocketIsALink() throws Exception {
        int[] pair = pair(PosixConstants.SOCK_DGRAM);
        lab.adopt(pair[0]);
        send(pair[1], frame(1));
        lab.awaitFrames(1);
        lab.toVm(frame(2));
        assertThat(receive(pair[1])).isEqualTo(frame(2));
        posix.close(pair[1]);
        lab.awaitDetached(1);
    }

    @Test
    void anInheritedStreamIsALink() throws Exception {
        int[] pair = pair(PosixConstants.SOCK_STREAM);
        lab.adopt(pair[0]);
        send(pair[1], StreamSocket.framed(frame(1)));
        lab.awaitFrames(1);
        lab.toVm(frame(2));
        MemorySegment bytes = arena.allocate(2000);
        assertThat(posix.read(pair[1], bytes, 0, 2000)).isEqualTo(1004);
        posix.close(pair[1]);
        lab.awaitDetached(1);
        assertThat(lab.events(PortEvent.Detached.class).getFirst().reason())
                .isEqualTo("it has closed the stream");
    }

    @Test
    void whatIsNoConnectedUnixSocketIsTold() {
        complains(2, "3 or more, not 2");
        complains(9999, "descriptor 9999 is not open");
        int file = posix.open(arena.allocateFrom("/dev/null"), PosixConstants.O_RDWR);
        complains(file, "is no socket");
        posix.close(file);
        int single = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        complains(single, "is not connected");
        posix.close(single);
        int[] packets = pair(5); // SOCK_SEQPACKET
        complains(packets[0], "neither SOCK_DGRAM nor SOCK_STREAM");
        posix.close(packets[0]);
        posix.close(packets[1]);
        assertThat(lab.port().isAttached()).isFalse();
        assertThat(lab.events()).isEmpty();
    }

    @Test
    void anInternetSocketIsTold() throws Exception {
        int udp = posix.socket(2, PosixConstants.SOCK_DGRAM, 0); // AF_INET
        MemorySegment loopback = arena.allocate(16, 8);
        loopback.set(JAVA_INT, 0, 0x0900_0002); // port 9
        loopback.set(JAVA_INT, 4, 0x0100_007f);
        assertThat(posix.connect(udp, loopback, 16)).isZero();
        complains(udp, "is no unix socket");
        posix.close(udp);
    }

    private void complains(int fd, String what) {
        assertThatThrownBy(() -> lab.adopt(fd))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--fd: ")
                .hasMessageContaining(what);
    }
}
