package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.attach.testkit.StreamSocket;
import switchd.attach.testkit.VmSocket;
import switchd.core.DropCause;
import switchd.core.Peer;
import switchd.core.PortEvent;
import switchd.core.testkit.Frames;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class StreamTest {
    @TempDir Path directory;

    private AttachLab lab;
    private Path net;
    private Path server;

    @BeforeEach
    void listen() {
        net = directory.resolve("net.sock");
        server = directory.resolve("stream.sock");
        lab = AttachLab.listening(net, AttachLab.Io.BATCHES);
        lab.listenForStreams(server);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private StreamSocket attached(int times) {
        StreamSocket vm = StreamSocket.connect(server);
        lab.awaitAttached(times);
        return vm;
    }

    private boolean isAnswered() {
        try {
            StreamSocket.connect(server).close();
            return true;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private static byte[] frame(int number, int length) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number, length);
    }

    @Test
    void aVmAttachesByConnectingAndFramesGoBothWays() throws Exception {
        try (StreamSocket vm = attached(1)) {
            Peer peer = lab.ask(() -> lab.port().peer());
            assertThat(peer.kind()).isEqualTo(Peer.Kind.STREAM);
            assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(peer.sendBuffer()).isPositive();
            assertThat(peer.receiveBuffer()).isPositive();
            assertThat(peer).hasToString("process " + peer.pid());
            lab.toVm(frame(1, 1514), frame(2, 60));
            assertThat(vm.receive()).isEqualTo(frame(1, 1514));
            assertThat(vm.receive()).isEqualTo(frame(2, 60));
            vm.send(frame(3, 42));
            vm.send(frame(4, 1514));
            lab.awaitFrames(2);
            assertThat(lab.frames()).containsExactly(frame(3, 42), frame(4, 1514));
        }
    }

    @Test
    void theSocketIsItsOwnersAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server)))
                .isEqualTo("rw-------");
    }

    @Test
    void framesThatAreCutAnywhereArriveWhole() {
        Random random = new Random(1);
        int count = 400;
        ByteBuffer all = ByteBuffer.allocate(count * 1600);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(frame(i, 60 + random.nextInt(1455)));
            all.put(StreamSocket.framed(sent.getLast()));
        }
        byte[] bytes = Arrays.copyOf(all.array(), all.position());
        try (StreamSocket vm = attached(1)) {
            for (int at = 0; at < bytes.length; ) {
                // Now and then a byte, now and then many frames.
                int length =
                        Math.min(
                                bytes.length - at,
                                1 + random.nextInt(random.nextBoolean() ? 5 : 9000));
                vm.sendBytes(Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            lab.awaitFrames(count);
        }
        assertThat(lab.frames()).usingElementComparator(Arrays::compare).isEqualTo(sent);
    }

    @Test
    void aFrameThatComesByteByByteArrives() {
        try (StreamSocket vm = attached(1)) {
            for (byte next : StreamSocket.framed(frame(1, 60))) {
                vm.sendBytes(next);
            }
            lab.awaitFrames(1);
            assertThat(lab.frames()).containsExactly(frame(1, 60));
        }
    }

    @Test
    void thousandsOfSmallFramesInOneGoAllArrive() {
        int count = 7_000;
        ByteBuffer all = ByteBuffer.allocate(count * 18);
        for (int i = 0; i < count; i++) {
            all.put(StreamSocket.framed(Arrays.copyOf(frame(i, 60), 14)));
        }
        try (StreamSocket vm = attached(1)) {
            vm.sendBytes(all.array());
            lab.awaitFrames(count);
            assertThat(lab.port().toLan().drops()).isZero();
        }
    }

    @Test
    void lawfulLengthsThatAreNoFramesAreCountedAndTheNextFrameArrives() {
        try (StreamSocket vm = attached(1)) {
            for (int length = 0; length < 14; length++) {
                vm.sendBytes(StreamSocket.framed(new byte[length]));
            }
            vm.send(frame(1, 1519));
            vm.send(frame(2, 65_550));
            vm.send(frame(3, StreamInput.LONGEST));
            vm.send(frame(4, 60));
            lab.awaitFrames(1);
            assertThat(Frames.numbers(lab.frames())).containsExactly(4);
            assertThat(lab.port().toLan().drops(DropCause.RUNT)).isEqualTo(14);
            assertThat(lab.port().toLan().drops(DropCause.OVERSIZE)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {StreamInput.LONGEST + 1, 1 << 17, Integer.MAX_VALUE, 1 << 31, -1})
    void aLengthThatCannotBeEndsThatClientOnly(int length) {
        StreamSocket bad = attached(1);
        bad.send(frame(1, 60));
        bad.sendBytes(ByteBuffer.allocate(64).putInt(length).array());
        lab.awaitDetached(1);
        assertThat(Frames.numbers(lab.frames())).containsExactly(1);
        assertThat(lab.events(PortEvent.Detached.class).getFirst().reason())
                .contains("a frame of " + Integer.toUnsignedString(length) + " bytes");
        assertThat(bad.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
        bad.close();
        try (StreamSocket vm = attached(2)) {
            vm.send(frame(2, 60));
            lab.awaitFrames(2);
        }
    }

    @Test
    void aClientThatClosesIsDetachedAtOnceAndTheNextOneAttaches() {
        for (int i = 1; i <= 20; i++) {
            try (StreamSocket vm = attached(i)) {
                vm.send(frame(i, 60));
                // What a former client left half-sent is no part of this one's stream.
                vm.sendBytes((byte) 0, (byte) 0, (byte) 5);
                lab.awaitFrames(i);
            }
            lab.awaitDetached(i);
        }
        assertThat(lab.events(PortEvent.Refused.class)).isEmpty();
        assertThat(lab.events(PortEvent.Detached.class).getLast().reason())
                .isEqualTo("it has closed the stream");
    }

    @Test
    void aSecondClientIsRefusedClosedAndToldOnce() {
        try (StreamSocket vm = attached(1)) {
            for (int i = 0; i < 40; i++) {
                try (StreamSocket second = StreamSocket.connect(server)) {
                    assertThat(second.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
                }
            }
            assertThat(lab.events(PortEvent.Refused.class)).hasSize(1);
            assertThat(lab.events(PortEvent.Refused.class).getFirst().text())
                    .contains("has a VM already", "process ");
            vm.send(frame(1, 60));
            lab.awaitFrames(1);
        }
        lab.awaitDetached(1);
        attached(2).close();
    }

    @Test
    void whoeverCameFirstKeepsThePortByWhateverWay() {
        StreamSocket vm = attached(1);
        try (VmSocket second = VmSocket.vfkit(directory.resolve("vm.sock"), net)) {
            second.send(frame(1, 60));
            lab.until("drops", () -> lab.port().toLan().drops(DropCause.DETACHED) == 2);
            assertThat(lab.events(PortEvent.Refused.class)).hasSize(1);
            vm.send(frame(2, 60));
            lab.awaitFrames(1);
            vm.close();
            lab.awaitDetached(1);
            second.send(frame(3, 60));
            lab.awaitAttached(2);
            lab.awaitFrames(2);
            try (StreamSocket third = StreamSocket.connect(server)) {
                assertThat(third.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
            }
            assertThat(lab.events(PortEvent.Refused.class)).hasSize(2);
        }
        assertThat(Frames.numbers(lab.frames())).containsExactly(2, 3);
    }

    @Test
    void aDeadDatagramVmGivesWay() throws Exception {
        VmSocket dead = VmSocket.vfkit(directory.resolve("vm.sock"), net);
        lab.awaitAttached(1);
        try (StreamSocket next =
                lab.ask(() -> {
                    // Both in one turn: only a question to the kernel tells.
                    dead.kill();
                    return StreamSocket.connect(server);
                })) {
            lab.awaitAttached(2);
            next.send(frame(1, 60));
            lab.awaitFrames(1);
        }
        assertThat(lab.events(PortEvent.Refused.class)).isEmpty();
    }

    @Test
    void aDeadStreamVmGivesWay() throws Exception {
        StreamSocket dead = attached(1);
        try (StreamSocket next =
                lab.ask(() -> {
                    dead.send(frame(1, 60));
                    dead.close();
                    return StreamSocket.connect(server);
                })) {
            lab.awaitAttached(2);
            next.send(frame(2, 60));
            lab.until("the frame", () -> Frames.numbers(lab.frames()).contains(2));
        }
        assertThat(lab.events(PortEvent.Refused.class)).isEmpty();
    }

    @Test
    void aPathThatWasRemovedComesBackAndTheClientStays() throws Exception {
        try (StreamSocket vm = attached(1)) {
            Files.delete(server);
            lab.until("the path", () -> Files.exists(server));
            vm.send(frame(1, 60));
            lab.awaitFrames(1);
        }
        lab.awaitDetached(1);
        attached(2).close();
    }

    @Test
    void everythingIsRemovedAtTheEnd() throws Exception {
        long before = AttachLab.sockets();
        try (StreamSocket vm = attached(1)) {
            lab.closeAccept();
            assertThat(vm.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
        }
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
        assertThat(AttachLab.sockets()).isEqualTo(before - 2);
    }

    @Test
    void aPathThatSomebodyListensAtIsNotTakenFromHimNorIsHeDisturbed() {
        try (AttachLab second = AttachLab.start(server, AttachLab.Io.BATCHES, posix -> posix)) {
            assertThatThrownBy(() -> second.listenForStreams(server))
                    .hasMessageContaining("another program listens");
        }
        assertThat(lab.events()).isEmpty();
        attached(1).close();
    }

    @Test
    void whenDescriptorsRunOutTheOthersGoOnAndItIsToldOnce() throws Exception {
        try (StreamSocket vm = attached(1)) {
            lab.failNextAccept();
            try (StreamSocket unlucky = StreamSocket.connect(server)) {
                lab.awaitEvents(PortEvent.NotListening.class, 1);
                vm.send(frame(1, 60));
                lab.awaitFrames(1);
                assertThat(unlucky.receive(Duration.ofSeconds(5))).isSameAs(StreamSocket.END);
            }
        }
        lab.awaitDetached(1);
        lab.until("an answer", this::isAnswered);
        lab.awaitAttached(2);
        assertThat(lab.events(PortEvent.NotListening.class)).hasSize(1);
    }

    @Test
    void whatAVmThatDoesNotReadMissesIsCountedAndTheRestArrivesWholeAndInOrder() throws Exception {
        try (StreamSocket vm = attached(1)) {
            int sent = 0;
            byte[][] batch = new byte[50][];
            while (lab.port().toVm().drops(DropCause.VM_FULL) < 500) {
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = frame(sent++, 60 + sent * 7 % 1455);
                }
                lab.toVm(batch);
            }
            // Nobody sends any more: what the kernel took of a frame is completed nevertheless.
            List<Integer> numbers = new ArrayList<>();
            while (numbers.size() + lab.port().toVm().drops() < sent) {
                byte[] frame = vm.receive(Duration.ofMillis(1));
                if (frame.length > 0) {
                    int number = Frames.number(frame);
                    assertThat(frame).isEqualTo(frame(number, 60 + (number + 1) * 7 % 1455));
                    numbers.add(number);
                }
            }
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            assertThat((long) numbers.size()).isEqualTo(lab.port().toVm().frames());
            lab.toVm(frame(1_000_000, 60));
            assertThat(Frames.number(vm.receive())).isEqualTo(1_000_000);
        }
    }

    @Test
    void aVmThatReadsAByteAtATimeGetsWholeFrames() throws Exception {
        try (StreamSocket vm = attached(1)) {
            int sent = 0;
            while (lab.port().toVm().drops(DropCause.VM_FULL) == 0) {
                lab.toVm(frame(sent++, 1514), frame(sent++, 99));
            }
            long taken = lab.port().toVm().frames();
            ByteBuffer bytes = ByteBuffer.allocate(8 << 20);
            Random random = new Random(2);
            lab.until(
                    "all frames",
                    () -> {
                        vm.takeBytes(bytes, 1 + random.nextInt(3));
                        vm.takeBytes(bytes, random.nextInt(60_000));
                        return wholeFrames(bytes) >= taken;
                    });
            assertThat(lab.port().isAttached()).isTrue();
        }
    }

    /// How many frames lie in what has come; fails where there is something between them.
    private static int wholeFrames(ByteBuffer bytes) {
        int frames = 0;
        int at = 0;
        while (bytes.position() - at >= Integer.BYTES) {
            int length = bytes.getInt(at);
            assertThat(length).isIn(1514, 99);
            if (bytes.position() - at - Integer.BYTES < length) {
                break;
            }
            at += Integer.BYTES + length;
            frames++;
        }
        return frames;
    }

    @Test
    void anIdleStreamTakesFewTurns() {
        try (StreamSocket vm = attached(1)) {
            vm.sendBytes((byte) 0, (byte) 0); // half a length, then nothing
            long before = lab.turns();
            assertThat(vm.receive(Duration.ofSeconds(1))).isEmpty();
            assertThat(lab.turns() - before).isLessThan(15);
        }
    }
}
