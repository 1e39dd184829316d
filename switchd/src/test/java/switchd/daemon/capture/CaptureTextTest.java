package switchd.daemon.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.daemon.capture.CaptureRecord.Kind;

/// Lines for people and for programs.
final class CaptureTextTest {
    private static final byte[] ARP =
            HexFormat.of()
                    .parseHex(
                            "ffffffffffff5254000000010806000108000604000152540000000"
                                    + "10a4d00320000000000000a4d0001");

    private final CaptureText text = new CaptureText(ZoneOffset.UTC);

    @Test
    void aFrameIsALine() {
        assertThat(text.of(record(Kind.FRAME, null, 0, ARP)))
                .isEqualTo(
                        "00:00:01.000002 toLan 52:54:00:00:00:01 > broadcast, ARP who has 10.77.0.1?"
                                + " tell 10.77.0.50, 42 bytes");
        assertThat(text.of(record(Kind.FRAME, DropCause.UPLINK_FULL, 3, ARP)))
                .endsWith(
                        "42 bytes, dropped: uplinkFull (before it 3 frames are missing: they came"
                                + " faster than they were read)");
    }

    @Test
    void whatIsNoFrameIsALineToo() {
        assertThat(text.of(record(Kind.LOST, null, 9, new byte[0])))
                .isEqualTo(
                        "00:00:01.000002 9 frames are missing: they came faster than they were"
                                + " read");
        assertThat(text.of(record(Kind.UNSEEN, DropCause.OVERRUN, 2, new byte[0])))
                .isEqualTo("00:00:01.000002 toLan 2 frames dropped: overrun");
    }

    @Test
    void jsonHasTheSame() {
        assertThat(CaptureJson.of(record(Kind.FRAME, DropCause.RUNT, 0, new byte[] {1, 2})))
                .isEqualTo(
                        "{\"schema\":\"switchd.capture/1\",\"kind\":\"frame\","
                                + "\"time\":\"1970-01-01T00:00:01.000002Z\","
                                + "\"direction\":\"toLan\",\"dropCause\":\"runt\",\"length\":2,"
                                + "\"lostBefore\":0,"
                                + "\"text\":\"shorter than an Ethernet header\","
                                + "\"bytes\":\"0102\"}");
        assertThat(CaptureJson.of(record(Kind.LOST, null, 9, new byte[0])))
                .isEqualTo(
                        "{\"schema\":\"switchd.capture/1\",\"kind\":\"lost\","
                                + "\"time\":\"1970-01-01T00:00:01.000002Z\",\"frames\":9}");
    }

    private static CaptureRecord record(
            Kind kind, @Nullable DropCause cause, long count, byte[] frame) {
        return new CaptureRecord(
                kind, Direction.TO_LAN, cause, frame.length, count, 1_000_002_000, frame);
    }
}
