package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.linux.TestFrames.frame;
import static switchd.linux.TestFrames.framesUntil;
import static switchd.linux.TestFrames.tagged;
import static switchd.linux.TestFrames.until;
import static switchd.linux.TestFrames.untilResent;
import static switchd.linux.TestLan.BROADCAST;
import static switchd.linux.TestLan.STATION;
import static switchd.linux.TestLan.VM;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.HostException;
import switchd.core.Reception;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class TapUplinkTest extends UplinkContract {
    TapUplinkTest() {
        super(true);
    }

    @Test
    void framesGoBothWays() throws Exception {
        withUplink((lan, uplink) -> {
            TestFrames.send(
                    lan.arena,
                    uplink,
                    frame(BROADCAST, VM, "hello"),
                    frame(STATION, VM, "long", 1514));
            List<byte[]> seen = framesUntil(lan.linux, lan.station, "long");
            assertThat(seen).hasSize(2);
            assertThat(seen.get(1)).isEqualTo(frame(STATION, VM, "long", 1514));

            lan.sends(frame(VM, STATION, "answer", 1514), frame(VM, STATION, "end", 14 + 3));
            List<byte[]> answer = framesUntil(lan.linux, uplink, "end");
            assertThat(answer.getFirst()).isEqualTo(frame(VM, STATION, "answer", 1514));
            assertThat(answer).hasSize(2);
        });
    }

    @Test
    void whatLiesBeforeAFrameIsThereAfterItIsSent() throws Exception {
        withUplink((lan, uplink) -> {
            FrameBatch batch =
                    TestFrames.batch(
                            lan.arena, frame(BROADCAST, VM, "a"), frame(BROADCAST, VM, "b"));
            byte[] before = batch.memory().toArray(JAVA_BYTE);

            assertThat(uplink.send(batch, 0)).isEqualTo(2);

            assertThat(batch.memory().toArray(JAVA_BYTE)).isEqualTo(before);
            assertThat(until(lan.linux, lan.station, "b")).containsExactly("a", "b");
        });
    }

    @Test
    void taggedFramesKeepTheirTag() throws Exception {
        withUplink((lan, uplink) -> {
            byte[] frame = tagged(frame(VM, STATION, "tagged", 1514), 5);
            lan.sends(frame);
            lan.sendsTo(VM, "end");
            assertThat(framesUntil(lan.linux, uplink, "end").getFirst()).isEqualTo(frame);

            TestFrames.send(lan.arena, uplink, tagged(frame(STATION, VM, "back"), 7));
            assertThat(until(lan.linux, lan.station, "back")).containsExactly("back");
        });
    }

    @Test
    void uplinksThatAreKeptApartMeetNoMore() throws Exception {
        withUplink((lan, uplink) -> {
            try (Uplink other = open(lan)) {
                other.accept(new Reception.Groups());
                untilResent(
                        lan.linux,
                        other,
                        "together",
                        () -> TestFrames.send(lan.arena, uplink, frame(BROADCAST, VM, "together")));
                uplink.keepApart();
                other.keepApart();
                while (other.receive(FrameBatch.CAPACITY).count() > 0) {}
                TestFrames.send(
                        lan.arena,
                        uplink,
                        frame(BROADCAST, VM, "apart"),
                        frame("02:00:00:00:00:09", VM, "unknown"));
                assertThat(until(lan.linux, lan.station, "unknown")).endsWith("apart", "unknown");
                lan.sendsTo(BROADCAST, "end");
                assertThat(until(lan.linux, other, "end")).containsExactly("end");
                assertThat(until(lan.linux, uplink, "end")).containsExactly("end");
            }
        });
    }

    @Test
    void aKernelThatCannotKeepThemApartIsToldByItsRelease() throws Exception {
        for (String release : List.of("4.18.0-553.el8", "4.19", "5.4.0-1", "6.18.2", "10")) {
            BridgePort.requireRelease(release);
        }
        for (String release : List.of("4.17.19", "4.15.0-213-generic", "3.10.0", "4")) {
            assertThatThrownBy(() -> BridgePort.requireRelease(release))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(release);
        }
    }

    @Test
    void oneReceiveIsOneBatchAtMost() throws Exception {
        withUplink((lan, uplink) -> {
            for (int i = 0; i < FrameBatch.CAPACITY + 3; i++) {
                lan.sendsTo(VM, "f" + i);
            }
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isEqualTo(FrameBatch.CAPACITY);
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isEqualTo(3);
            assertThat(uplink.receive(FrameBatch.CAPACITY).count()).isZero();
        });
    }

    @Test
    void whatIsNoFrameIsRefusedAndTheNextOneSent() throws Exception {
        withUplink((lan, uplink) -> {
            FrameBatch batch =
                    TestFrames.batch(
                            lan.arena,
                            frame(BROADCAST, VM, "a"),
                            new byte[13],
                            frame(BROADCAST, VM, "b"));
            assertThat(uplink.send(batch, 0)).isEqualTo(1);
            assertThat(uplink.send(batch, 1)).isEqualTo(FrameSink.REFUSED);
            assertThat(uplink.send(batch, 2)).isEqualTo(1);
            assertThat(until(lan.linux, lan.station, "b")).containsExactly("a", "b");
        });
    }
}
