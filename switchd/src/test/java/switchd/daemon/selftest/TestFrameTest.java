package switchd.daemon.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.MacAddress;

final class TestFrameTest {
    private static final MacAddress TO = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress FROM = MacAddress.parse("02:00:00:00:00:02");

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 60, 1514, 1519})
    void aFrameHasTheLengthThatIsAskedFor(int length) {
        byte[] frame = TestFrame.of(TO, FROM, length);

        assertThat(frame).hasSize(length);
        assertThat(HexFormat.of().formatHex(frame, 0, 13)).isEqualTo("02000000000102000000000288");
        assertThat(TestFrame.is(frame, frame.clone())).isTrue();
    }

    @Test
    void noTwoAreAlike() {
        byte[] one = TestFrame.of(TO, FROM, 60);
        byte[] other = TestFrame.of(TO, FROM, 60);

        assertThat(TestFrame.is(one, other)).isFalse();
        assertThat(TestFrame.beginsAs(one, other)).isFalse();
    }

    @Test
    void aShortOneMayBePaddedAndALongOneMayNotBeCut() {
        byte[] small = TestFrame.of(TO, FROM, 40);
        byte[] large = TestFrame.of(TO, FROM, 1514);

        assertThat(TestFrame.is(Arrays.copyOf(small, 60), small)).isTrue();
        assertThat(TestFrame.is(Arrays.copyOf(small, 61), small)).isFalse();
        assertThat(TestFrame.is(Arrays.copyOf(large, 1500), large)).isFalse();
        assertThat(TestFrame.beginsAs(Arrays.copyOf(large, 1500), large)).isTrue();
    }

    @Test
    void arpIsAskedAndAnswered() {
        byte[] question = IpFrame.arpRequest(FROM, 0xc6120002, 0xc6120001);
        byte[] answer = IpFrame.arpReply(question, TO, 0xc6120001);

        assertThat(HexFormat.of().formatHex(question))
                .isEqualTo(
                        "ffffffffffff0200000000020806"
                                + "0001080006040001020000000002c6120002000000000000c6120001");
        assertThat(answer).isNotNull();
        assertThat(IpFrame.arpAnswer(answer, 0xc6120001)).isEqualTo(TO);
        assertThat(IpFrame.arpAnswer(answer, 0xc6120003)).isNull();
        assertThat(IpFrame.arpReply(question, TO, 0xc6120003)).isNull();
    }

    @Test
    void aPingHasValidChecksums() {
        byte[] ping = IpFrame.echoRequest(TO, FROM, 0xc6120001, 0xc6120002, 7, 99);

        assertThat(sum(ping, 14, 20)).isEqualTo(0xffff);
        assertThat(sum(ping, 34, 65)).isEqualTo(0xffff);
        assertThat(IpFrame.isEchoReply(ping, ping)).isFalse();
    }

    private static int sum(byte[] data, int from, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int octet = Byte.toUnsignedInt(data[from + i]);
            sum += (i & 1) == 0 ? octet << 8 : octet;
        }
        return (sum & 0xffff) + (sum >>> 16);
    }
}
