package switchd.ndrv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.testkit.Frames;
import switchd.darwin.InterfaceControl;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.darwin.testkit.Wire;
import switchd.darwin.testkit.Written;

final class NdrvWriterTest {
    private static final int MTU = 1500;
    private static final MacAddress VM = mac(1);
    private static final MacAddress PEER = mac(2);

    @ParameterizedTest
    @EnumSource
    void everyFrameIsOneWriteOfItsBytes(Profile profile) throws Exception {
        FakeXnu darwin = FakeXnu.boot(profile);
        Wire wire = Wire.lay(darwin);
        Written written = new Written(darwin);
        try (NdrvWriter writer = NdrvWriter.open(written.darwin(), wire.left(), MTU)) {
            byte[][] frames = {
                frame(PEER, VM, 1, 14), frame(PEER, VM, 2, 1518), frame(PEER, VM, 3)
            };
            assertThat(writer.send(Frames.batch(MTU, frames), 0)).isEqualTo(3);
            assertThat(written.take()).containsExactly(frames);
            assertThat(writer.send(Frames.batch(MTU, frames), 2)).isEqualTo(1);
        }
        assertThat(darwin.descriptors()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void noIllegalFrameReachesTheKernel(Profile profile) throws Exception {
        FakeXnu darwin = FakeXnu.boot(profile);
        Written written = new Written(darwin);
        try (NdrvWriter writer = NdrvWriter.open(written.darwin(), Wire.lay(darwin).left(), MTU)) {
            for (int length : new int[] {0, 1, 12, 13, 1519, 1520, 1564}) {
                FrameBatch batch =
                        Frames.batch(
                                2 * MTU,
                                frame(PEER, VM, 1),
                                frame(PEER, VM, 2, length),
                                frame(PEER, VM, 3));
                assertThat(writer.send(batch, 0)).isEqualTo(1);
                assertThat(writer.send(batch, 1)).isEqualTo(FrameSink.REFUSED);
                assertThat(writer.send(batch, 2)).isEqualTo(1);
                assertThat(written.take()).hasSize(2).allMatch(write -> write.length == 60);
            }
        }
    }

    @Test
    void theInterfaceIsUpWhileItLives() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        try (InterfaceControl control = InterfaceControl.open(darwin)) {
            InterfaceName feth = control.create("feth");
            NdrvWriter writer = NdrvWriter.open(darwin, feth, MTU);
            assertThat(control.flags(feth) & 1).isEqualTo(1);
            writer.close();
            writer.close();
            assertThat(control.flags(feth) & 1).isZero();
        }
    }

    @Test
    void jumboFramesGetALargerBuffer() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        Wire wire = Wire.lay(darwin);
        try (NdrvWriter writer = NdrvWriter.open(darwin, wire.left(), 9000)) {
            FrameBatch batch = Frames.batch(9000, frame(PEER, VM, 1, 9018));
            assertThat(writer.send(batch, 0)).isEqualTo(1);
        }
    }

    @Test
    void errorsOfOneFrameAndOfTheInterfaceAreToldApart() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        Wire wire = Wire.lay(darwin);
        FrameBatch batch = Frames.batch(MTU, frame(PEER, VM, 1));
        try (NdrvWriter writer = NdrvWriter.open(darwin, wire.left(), MTU)) {
            for (String full : List.of("ENOBUFS", "EAGAIN", "ENOMEM")) {
                darwin.faults().failNext("write", full);
                assertThat(writer.send(batch, 0)).as(full).isZero();
            }
            darwin.faults().failNext("write", "EMSGSIZE");
            assertThat(writer.send(batch, 0)).isEqualTo(FrameSink.REFUSED);
            for (String gone : List.of("ENXIO", "ENETDOWN", "EPIPE", "EBADF")) {
                darwin.faults().failNext("write", gone);
                assertThatThrownBy(() -> writer.send(batch, 0))
                        .hasMessageStartingWith("write(" + wire.left() + "): " + gone);
            }
        }
    }

    @Test
    void aDestroyedInterfaceIsSaidSo() throws Exception {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        Wire wire = Wire.lay(darwin);
        try (NdrvWriter writer = NdrvWriter.open(darwin, wire.left(), MTU);
                InterfaceControl control = InterfaceControl.open(darwin)) {
            control.destroy(wire.left());
            assertThatThrownBy(() -> writer.send(Frames.batch(MTU, frame(PEER, VM, 1)), 0))
                    .hasMessage("write(" + wire.left() + "): ENXIO (6)");
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        FakeXnu darwin = FakeXnu.boot(Profile.MACOS15);
        InterfaceName nobody = new InterfaceName("feth9");
        assertThatThrownBy(() -> NdrvWriter.open(darwin, nobody, MTU))
                .isInstanceOf(HostException.class)
                .hasMessage(
                        "there is no interface feth9 (bind(PF_NDRV, feth9): EADDRNOTAVAIL (49))");
        assertThatThrownBy(() -> NdrvWriter.open(darwin.spawn(501), nobody, MTU))
                .isInstanceOf(PermissionException.class)
                .hasMessageContaining("socket(PF_NDRV): EPERM (1)");
        assertThat(darwin.descriptors()).isZero();
    }

    @Test
    void whicheverStepFailsNothingIsLeft() throws Exception {
        FakeXnu rehearsal = FakeXnu.boot(Profile.MACOS13);
        Wire wire = Wire.lay(rehearsal);
        rehearsal.faults().arm();
        NdrvWriter.open(rehearsal, wire.left(), 9000).close();
        List<String> calls = rehearsal.faults().calls();
        for (int i = 0; i < calls.size() - 1; i++) {
            for (String errno : List.of("EINVAL", "ENXIO", "EADDRNOTAVAIL")) {
                FakeXnu darwin = FakeXnu.boot(Profile.MACOS13);
                Wire.lay(darwin);
                darwin.faults().arm();
                darwin.faults().failAt(i + 1, errno);
                assertThatThrownBy(() -> NdrvWriter.open(darwin, wire.left(), 9000))
                        .isInstanceOf(SwitchdException.class)
                        .hasMessageContaining(calls.get(i))
                        .hasMessageContaining(errno);
                assertThat(darwin.descriptors()).as(calls.get(i)).isZero();
            }
        }
    }
}
