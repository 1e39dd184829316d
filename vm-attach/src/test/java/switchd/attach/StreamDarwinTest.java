package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.attach.testkit.StreamSocket;
import switchd.core.DropCause;
import switchd.core.Peer;
import switchd.core.PortEvent;
import switchd.core.testkit.Frames;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// Streams and descriptors on a Darwin kernel in memory.
@ParameterizedClass
@EnumSource(Profile.class)
@EnabledIfSystemProperty(
        named = "switchd.host",
        matches = "darwin",
        disabledReason = "speaks Darwin's numbers")
class StreamDarwinTest {
    private static final Path HOME = Path.of("/Users/vmuser");
    private static final Path STREAM = HOME.resolve("stream.sock");

    private final FakeXnu root;
    private final Arena arena = Arena.ofShared();
    private AttachLab lab;

    StreamDarwinTest(Profile profile) {
        root = FakeXnu.boot(profile);
    }

    @BeforeEach
    void listen() {
        lab =
                AttachLab.start(
                        HOME.resolve("net.sock"),
                        memory -> new DarwinLabHost(root, memory),
                        System::nanoTime);
        lab.listen();
        lab.listenForStreams(STREAM);
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(root.descriptors()).isZero();
        arena.close();
    }

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number, 1000);
    }

    private int connect(FakeXnu process) throws Exception {
        int fd = process.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        UnixAddress server = UnixAddress.of(arena, STREAM.toString());
        assertThat(process.connect(fd, server.memory(), server.length())).isZero();
        return fd;
    }

    private void send(FakeXnu process, int fd, byte[] bytes) {
        MemorySegment memory = arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        assertThat(process.write(fd, memory, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private byte[] receive(FakeXnu process, int fd, int most) {
        MemorySegment memory = arena.allocate(most);
        int taken = (int) process.read(fd, memory, 0, most);
        return memory.asSlice(0, taken).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void aStreamCarriesFramesBothWaysAndItsEndIsToldAtOnce() throws Exception {
        FakeXnu vm = root.spawn(0);
        int fd = connect(vm);
        lab.awaitAttached(1);
        Peer peer = lab.ask(() -> lab.port().peer());
        assertThat(peer.kind()).isEqualTo(Peer.Kind.STREAM);
        assertThat(peer.pid()).isEqualTo(vm.pid());
        byte[] bytes = StreamSocket.framed(frame(1));
        send(vm, fd, Arrays.copyOf(bytes, 3));
        send(vm, fd, Arrays.copyOfRange(bytes, 3, bytes.length));
        lab.awaitFrames(1);
        assertThat(lab.frames()).containsExactly(frame(1));
        lab.toVm(frame(2));
        assertThat(receive(vm, fd, 4096)).isEqualTo(StreamSocket.framed(frame(2)));
        vm.kill9();
        lab.awaitDetached(1);
        assertThat(lab.events(PortEvent.Detached.class).getFirst().reason())
                .isEqualTo("it has closed the stream");
    }

    @Test
    void aVmThatReadsLateGetsWholeFramesInOrder() throws Exception {
        FakeXnu vm = root.spawn(0);
        int fd = connect(vm);
        lab.awaitAttached(1);
        vm.fcntl(fd, PosixConstants.F_SETFL, PosixConstants.O_NONBLOCK);
        for (int i = 0; lab.port().toVm().drops(DropCause.VM_FULL) == 0; i++) {
            lab.toVm(frame(i));
        }
        long taken = lab.port().toVm().frames();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        lab.until(
                "the frames",
                () -> {
                    MemorySegment memory = arena.allocate(777);
                    int read = (int) vm.read(fd, memory, 0, 777);
                    if (read > 0) {
                        all.write(memory.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
                    }
                    return all.size() >= taken * 1004;
                });
        ByteBuffer stream = ByteBuffer.wrap(all.toByteArray());
        for (int i = 0; i < taken; i++) {
            assertThat(stream.getInt()).isEqualTo(1000);
            byte[] got = new byte[1000];
            stream.get(got);
            assertThat(got).isEqualTo(frame(i));
        }
    }

    @Test
    void aSecondClientIsClosed() throws Exception {
        FakeXnu vm = root.spawn(0);
        connect(vm);
        lab.awaitAttached(1);
        FakeXnu second = root.spawn(0);
        int fd = connect(second);
        lab.awaitEvents(PortEvent.Refused.class, 1);
        assertThat(receive(second, fd, 10)).isEmpty();
        vm.kill9();
        lab.awaitDetached(1);
        second.kill9();
    }

    @Test
    void aDescriptorThatIsHandedOverIsTheVms() throws Exception {
        FakeXnu vm = root.spawn(501);
        Fd end = lab.handOver(vm.pid(), root);
        int fd = root.hand(end.number(), vm);
        end.close();
        send(vm, fd, frame(1));
        lab.awaitFrames(1);
        lab.toVm(frame(2));
        assertThat(receive(vm, fd, 4096)).isEqualTo(frame(2));
        assertThat(option(vm, fd, PosixConstants.SO_RCVBUF)).isEqualTo(4 << 20);
        vm.kill9();
        // Nothing is sent: the kernel is asked.
        lab.awaitDetached(1);
    }

    private int option(FakeXnu process, int fd, int option) {
        MemorySegment value = arena.allocate(JAVA_INT);
        process.getsockopt(
                fd,
                PosixConstants.SOL_SOCKET,
                option,
                value,
                arena.allocateFrom(JAVA_INT, Integer.BYTES));
        return value.get(JAVA_INT, 0);
    }
}
