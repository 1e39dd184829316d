package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.bpf.BpfDevice.Use;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.core.testkit.Frames;
import switchd.darwin.InterfaceControl;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.darwin.testkit.Wire;
import switchd.darwin.testkit.Written;

/// Reader and writer at the two ends of a wire.
final class BpfIoTest {
    private static final int MTU = 1500;
    private static final MacAddress VM = mac(1);
    private static final MacAddress PEER = mac(2);

    /// Two ends of a wire.
    private static final class Ends implements AutoCloseable {
        final FakeXnu darwin;
        final Wire wire;
        final Written written;
        final BpfDevice near;
        final BpfDevice far;
        final BpfReader reader;
        final BpfWriter writer;

        Ends(Profile profile, int writerMtu) throws Exception {
            darwin = FakeXnu.boot(profile);
            wire = Wire.lay(darwin);
            written = new Written(darwin);
            near = BpfDevice.open(darwin, wire.left(), Use.FETH);
            far = BpfDevice.open(written.darwin(), wire.right(), Use.FETH);
            reader = new BpfReader(near);
            writer = new BpfWriter(far, writerMtu);
            reader.accept(new Reception.Vm(VM));
            darwin.calls().reset();
        }

        void send(byte[]... frames) throws SyscallException {
            assertThat(writer.send(Frames.batch(MTU, frames), 0)).isEqualTo(frames.length);
        }

        /// The numbers of the frames that wait.
        List<Integer> receive() throws SyscallException {
            List<byte[]> frames = new ArrayList<>();
            FrameBatch batch = reader.receive(FrameBatch.CAPACITY);
            while (batch.count() > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    frames.add(Frames.bytes(batch, i));
                }
                batch = reader.receive(FrameBatch.CAPACITY);
            }
            return Frames.numbers(frames);
        }

        @Override
        public void close() {
            reader.close();
            reader.close();
            writer.close();
            writer.close();
            near.close();
            far.close();
            assertThat(darwin.descriptors()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesCross(Profile profile) throws Exception {
        try (Ends ends = new Ends(profile, MTU)) {
            ends.send(frames(VM, PEER, 0, 50));
            ends.send(frame(VM, PEER, 50, 18), frame(BROADCAST, PEER, 51, 1514));
            assertThat(ends.receive()).hasSize(52).startsWith(0, 1).endsWith(50, 51);
            assertThat(ends.reader.takeTruncated()).isZero();
            assertThat(ends.reader.takeKernelDrops()).isZero();
        }
    }

    @Test
    void manyFramesTakeOneCallEachWay() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            ends.send(frames(VM, PEER, 0, FrameBatch.CAPACITY));
            assertThat(ends.darwin.calls().count("write")).isEqualTo(1);
            FrameBatch batch = ends.reader.receive(FrameBatch.CAPACITY);
            assertThat(batch.count()).isEqualTo(FrameBatch.CAPACITY);
            assertThat(ends.reader.hasMore()).isFalse();
            assertThat(ends.darwin.calls().total()).isEqualTo(2);
        }
        try (Ends ends = new Ends(Profile.MACOS11, MTU)) {
            ends.send(frames(VM, PEER, 0, 10));
            assertThat(ends.darwin.calls().count("write")).isEqualTo(10);
        }
    }

    @Test
    void whatABatchCannotNameComesWithTheNext() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            ends.send(frames(VM, PEER, 0, 60));
            ends.send(frames(VM, PEER, 60, 40));
            assertThat(ends.reader.receive(FrameBatch.CAPACITY).count()).isEqualTo(64);
            assertThat(ends.reader.hasMore()).isTrue();
            assertThat(ends.reader.receive(FrameBatch.CAPACITY).count()).isEqualTo(36);
            assertThat(ends.reader.hasMore()).isFalse();
            assertThat(ends.darwin.calls().count("read")).isEqualTo(1);
        }
    }

    @Test
    void onlyWhatIsWantedPasses() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            ends.send(
                    frame(VM, PEER, 1),
                    frame(MacAddress.parse("52:55:00:00:00:01"), PEER, 2),
                    frame(MacAddress.parse("01:00:ff:ff:ff:ff"), PEER, 3),
                    frame(BROADCAST, VM, 4),
                    frame(MacAddress.parse("33:33:00:00:00:01"), PEER, 5),
                    frame(mac(9), PEER, 6));
            assertThat(ends.receive()).containsExactly(1, 3, 5);
            ends.reader.accept(new Reception.Everything());
            ends.send(frame(mac(9), PEER, 7), frame(BROADCAST, VM, 8));
            assertThat(ends.receive()).containsExactly(7, 8);
            assertThat(ends.darwin.calls().count("BIOCSETFNR")).isEqualTo(1);
        }
    }

    @Test
    void whatIsWrittenDoesNotComeBack() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU);
                BpfReader echo = new BpfReader(ends.far)) {
            echo.accept(new Reception.Everything());
            ends.send(frame(VM, PEER, 1));
            assertThat(echo.receive(FrameBatch.CAPACITY).count()).isZero();
        }
    }

    @Test
    void nothingPassesBeforeItIsSaidWhatIsWanted() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU);
                BpfDevice other = BpfDevice.open(ends.darwin, ends.wire.left(), Use.NIC);
                BpfReader fresh = new BpfReader(other)) {
            ends.send(frame(BROADCAST, PEER, 1));
            assertThat(fresh.receive(FrameBatch.CAPACITY).count()).isZero();
            fresh.accept(new Reception.Groups());
            ends.send(frame(BROADCAST, PEER, 2), frame(VM, PEER, 3));
            assertThat(fresh.receive(FrameBatch.CAPACITY).count()).isEqualTo(1);
        }
    }

    @Test
    void whatWaitsForOneVmDoesNotReachTheNext() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            ends.send(frames(VM, PEER, 0, 60));
            ends.send(frames(VM, PEER, 60, 40));
            ends.reader.receive(FrameBatch.CAPACITY);
            ends.send(frame(VM, PEER, 100));
            ends.reader.accept(new Reception.Vm(mac(3)));
            assertThat(ends.reader.hasMore()).isFalse();
            assertThat(ends.reader.takeForgotten()).isEqualTo(101 - FrameBatch.CAPACITY);
            assertThat(ends.reader.takeForgotten()).isZero();
            ends.send(frame(mac(3), PEER, 101));
            assertThat(ends.receive()).containsExactly(101);
            assertThat(ends.reader.takeForgotten()).isZero();
        }
    }

    @Test
    void whatTheDeviceHadNoRoomForIsCounted() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            byte[] longest = frame(VM, PEER, 0, 1514);
            int sent = 3 * (512 << 10) / 1532;
            for (int i = 0; i < sent; i++) {
                ends.send(longest);
            }
            int received = ends.receive().size();
            long dropped = ends.reader.takeKernelDrops();
            assertThat(dropped).isPositive();
            assertThat(received + dropped).isEqualTo(sent);
            assertThat(ends.reader.takeKernelDrops()).isZero();
            int asked = ends.darwin.calls().count("BIOCGSTATS");
            ends.send(longest);
            assertThat(ends.receive()).hasSize(1);
            assertThat(ends.darwin.calls().count("BIOCGSTATS")).isEqualTo(asked);
        }
    }

    @Test
    void anInterfaceThatIsGoneIsSaidSo() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU);
                InterfaceControl control = InterfaceControl.open(ends.darwin)) {
            ends.send(frame(VM, PEER, 1));
            control.destroy(ends.wire.left());
            control.destroy(ends.wire.right());
            assertThat(ends.reader.receive(FrameBatch.CAPACITY).count()).isEqualTo(1);
            assertThatThrownBy(() -> ends.reader.receive(FrameBatch.CAPACITY))
                    .hasMessage("read(" + ends.wire.left() + "): ENXIO (6)");
            FrameBatch batch = Frames.batch(MTU, frame(VM, PEER, 1));
            assertThatThrownBy(() -> ends.writer.send(batch, 0))
                    .hasMessage("write(" + ends.wire.right() + "): ENXIO (6)");
        }
    }

    @Test
    void aBatchIsLaidOutAsTheKernelReadsIt() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, MTU)) {
            byte[][] frames = {frame(VM, PEER, 1, 61), frame(VM, PEER, 2, 14), frame(VM, PEER, 3)};
            ends.send(frames);
            ByteBuffer expected = ByteBuffer.allocate(80 + 32 + 80).order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            for (byte[] each : frames) {
                expected.putInt(at + Abi.offset("bpf_hdr", "bh_caplen"), each.length);
                expected.putInt(at + Abi.offset("bpf_hdr", "bh_datalen"), each.length);
                expected.putShort(at + Abi.offset("bpf_hdr", "bh_hdrlen"), (short) 18);
                expected.put(at + 18, each);
                at = (at + 18 + each.length + 3) & ~3;
            }
            assertThat(at).isEqualTo(expected.capacity());
            assertThat(ends.written.take()).containsExactly(expected.array());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noIllegalFrameReachesTheKernel(Profile profile) throws Exception {
        try (Ends ends = new Ends(profile, MTU)) {
            for (int length : new int[] {0, 1, 12, 13, 1519, 1520, 1564}) {
                FrameBatch batch =
                        Frames.batch(
                                2 * MTU,
                                frame(VM, PEER, 1),
                                frame(VM, PEER, 2, length),
                                frame(VM, PEER, 3));
                assertThat(ends.writer.send(batch, 0)).isEqualTo(1);
                assertThat(ends.writer.send(batch, 1)).isEqualTo(FrameSink.REFUSED);
                assertThat(ends.writer.send(batch, 2)).isEqualTo(1);
                assertThat(ends.receive()).containsExactly(1, 3);
                int record = ends.far.batches() ? 80 : 60;
                assertThat(ends.written.take()).allMatch(write -> write.length == record);
            }
        }
    }

    @Test
    void oneFrameThatTheKernelRefusesDoesNotTakeTheOthersWithIt() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS15, 2000)) {
            FrameBatch batch =
                    Frames.batch(
                            2000,
                            frame(VM, PEER, 1),
                            frame(VM, PEER, 2),
                            frame(VM, PEER, 3, 1600),
                            frame(VM, PEER, 4));
            assertThat(ends.writer.send(batch, 0)).isEqualTo(2);
            assertThat(ends.writer.send(batch, 2)).isEqualTo(FrameSink.REFUSED);
            assertThat(ends.writer.send(batch, 3)).isEqualTo(1);
            assertThat(ends.receive()).containsExactly(1, 2, 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsOfOneFrameAndOfTheInterfaceAreToldApart(Profile profile) throws Exception {
        try (Ends ends = new Ends(profile, MTU)) {
            FrameBatch batch = Frames.batch(MTU, frame(VM, PEER, 1));
            for (String full : List.of("ENOBUFS", "EAGAIN", "ENOMEM")) {
                ends.darwin.faults().failNext("write", full);
                assertThat(ends.writer.send(batch, 0)).as(full).isZero();
            }
            for (String refused : List.of("EMSGSIZE", "EINVAL")) {
                ends.darwin.faults().failNext("write", refused);
                assertThat(ends.writer.send(batch, 0)).as(refused).isEqualTo(FrameSink.REFUSED);
            }
            for (String gone : List.of("ENXIO", "ENETDOWN", "EPIPE", "EIO", "EBADF")) {
                ends.darwin.faults().failNext("write", gone);
                assertThatThrownBy(() -> ends.writer.send(batch, 0))
                        .hasMessageStartingWith("write(" + ends.wire.right() + "): " + gone);
                ends.darwin.faults().failNext("read", gone);
                assertThatThrownBy(() -> ends.reader.receive(FrameBatch.CAPACITY))
                        .hasMessageStartingWith("read(" + ends.wire.left() + "): " + gone);
            }
        }
    }

    @Test
    void fullInTheMiddleTakesWhatWentBefore() throws Exception {
        try (Ends ends = new Ends(Profile.MACOS11, MTU)) {
            FrameBatch batch = Frames.batch(MTU, frames(VM, PEER, 0, 4));
            ends.darwin.faults().arm();
            ends.darwin.faults().failAt("write", 3, "ENOBUFS");
            assertThat(ends.writer.send(batch, 0)).isEqualTo(2);
            assertThat(ends.writer.send(batch, 2)).isEqualTo(2);
            assertThat(ends.receive()).containsExactly(0, 1, 2, 3);
        }
    }
}
