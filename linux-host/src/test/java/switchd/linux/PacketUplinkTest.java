package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.linux.TestFrames.frame;
import static switchd.linux.TestFrames.framesUntil;
import static switchd.linux.TestFrames.tagged;
import static switchd.linux.TestFrames.until;
import static switchd.linux.TestFrames.untilResent;
import static switchd.linux.TestLan.BROADCAST;
import static switchd.linux.TestLan.FOR_VM;
import static switchd.linux.TestLan.NIC;
import static switchd.linux.TestLan.STATION;
import static switchd.linux.TestLan.VM;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.core.Uplink;
import switchd.core.VlanPolicy;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class PacketUplinkTest extends UplinkContract {
    PacketUplinkTest() {
        super(false);
    }

    @Test
    void batchesGoBothWays() throws Exception {
        withUplink((lan, uplink) -> {
            byte[][] frames = new byte[FrameBatch.CAPACITY + 5][];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = frame(STATION, VM, "f" + i, i == 3 ? 1514 : 60);
            }
            TestFrames.send(lan.arena, uplink, frames);
            assertThat(framesUntil(lan.linux, lan.station, "f" + (frames.length - 1)))
                    .containsExactly(frames);

            for (int i = 0; i < frames.length; i++) {
                frames[i] = frame(VM, STATION, "g" + i, i == 3 ? 1514 : 60);
            }
            lan.sends(frames);
            assertThat(framesUntil(lan.linux, uplink, "g" + (frames.length - 1)))
                    .containsExactly(frames);
        });
    }

    @Test
    void framesOfAVlanStayOutside() throws Exception {
        withUplink((lan, uplink) -> {
            for (Reception reception :
                    List.of(new Reception.Groups(), FOR_VM, new Reception.Everything())) {
                uplink.accept(reception);
                lan.sends(tagged(frame(VM, STATION, "VLAN 5"), 5));
                lan.sends(tagged(frame(BROADCAST, STATION, "VLAN 4094"), 4094));
                lan.sends(tagged(frame(BROADCAST, STATION, "priority only"), 7 << 13));
                lan.sendsTo(BROADCAST, "end");
                assertThat(until(lan.linux, uplink, "end"))
                        .as("%s", reception)
                        .containsExactly("priority only", "end");
            }
        });
    }

    @Test
    void framesOfAPortsVlansComeWithTheirTags() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    try (Uplink uplink = open(lan)) {
                        uplink.carry(new VlanPolicy.Trunk(List.of(5, 7)));
                        uplink.accept(FOR_VM);
                        byte[][] frames = {
                            tagged(frame(VM, STATION, "five", 1514), 5),
                            frame(VM, STATION, "none"),
                            tagged(frame(BROADCAST, STATION, "seven"), 3 << 13 | 7),
                            tagged(frame(VM, STATION, "priority"), 7 << 13),
                            frame(VM, STATION, "end"),
                        };
                        lan.sends(frames);
                        assertThat(framesUntil(lan.linux, uplink, "end")).containsExactly(frames);
                        byte[] out = tagged(frame(STATION, VM, "out", 1514), 5);
                        TestFrames.send(lan.arena, uplink, out);
                        assertThat(until(lan.linux, lan.station, "out")).containsExactly("out");
                    }
                });
    }

    @Test
    void whatIsSentHereComesBackToNobodyHere() throws Exception {
        withUplink((lan, uplink) -> {
            try (Uplink other = open(lan)) {
                other.accept(new Reception.Everything());
                uplink.accept(new Reception.Everything());
                TestFrames.send(lan.arena, uplink, frame(BROADCAST, VM, "out"));
                assertThat(until(lan.linux, lan.station, "out")).containsExactly("out");
                lan.sendsTo(BROADCAST, "end");
                assertThat(until(lan.linux, uplink, "end")).containsExactly("end");
                assertThat(until(lan.linux, other, "end")).containsExactly("end");
            }
        });
    }

    @Test
    void whatIsNoFrameThereIsRefusedAndTheNextOneSent() throws Exception {
        withUplink((lan, uplink) -> {
            FrameBatch batch =
                    TestFrames.batch(
                            lan.arena,
                            frame(BROADCAST, VM, "a"),
                            frame(BROADCAST, VM, "too long", 1515),
                            new byte[13],
                            frame(BROADCAST, VM, "b"));
            assertThat(uplink.send(batch, 0)).isEqualTo(1);
            assertThat(uplink.send(batch, 1)).isEqualTo(FrameSink.REFUSED);
            assertThat(uplink.send(batch, 2)).isEqualTo(FrameSink.REFUSED);
            assertThat(uplink.send(batch, 3)).isEqualTo(1);
            assertThat(until(lan.linux, lan.station, "b")).containsExactly("a", "b");
        });
    }

    @Test
    void aNicThatIsDownHasNoRoomAndMayComeBack() throws Exception {
        withUplink((lan, uplink) -> {
            FrameBatch batch = TestFrames.batch(lan.arena, frame(BROADCAST, VM, "again"));
            IpCommand.run("link set " + NIC + " down");
            assertThat(uplink.send(batch, 0)).isZero();
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();

            lan.netlink.setUp(NIC);
            untilResent(
                    lan.linux,
                    lan.station,
                    "again",
                    () -> assertThat(uplink.send(batch, 0)).isEqualTo(1));
            untilResent(lan.linux, uplink, "here", () -> lan.sendsTo(VM, "here"));
        });
    }

    @Test
    void aNicThatIsGoneIsAnError() throws Exception {
        withUplink((lan, uplink) -> {
            lan.netlink.delete(NIC);
            assertThatThrownBy(() -> uplink.receive(FrameBatch.CAPACITY))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("recvmmsg(nic0): ENETDOWN (100)");
            FrameBatch batch = TestFrames.batch(lan.arena, frame(BROADCAST, VM, "x"));
            assertThatThrownBy(() -> uplink.send(batch, 0))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("sendmmsg(nic0): ENXIO (6)");
        });
    }

    @Test
    void theNicIsPromiscuousOnlyWhileItIsUsed() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Uplink first = open(lan);
                    Uplink second = open(lan);
                    assertThat(promiscuity()).contains("promiscuity 2");
                    first.close();
                    first.close();
                    assertThat(promiscuity()).contains("promiscuity 1");
                    second.close();
                    assertThat(promiscuity()).contains("promiscuity 0");
                });
    }

    private static String promiscuity() throws Exception {
        return IpCommand.run("-d link show " + NIC);
    }
}
