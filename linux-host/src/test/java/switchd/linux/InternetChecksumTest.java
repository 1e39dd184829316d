package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private static int sum(byte[] octets, int at, int length) {
        MemorySegment memory = java.lang.foreign.Arena.ofAuto().allocate(octets.length + 1L);
        MemorySegment.copy(octets, 0, memory, JAVA_BYTE, 0, octets.length);
        return InternetChecksum.sum(memory, at, length);
    }

    @Test
    void theExampleOfTheStandardAddsUp() {
        byte[] octets = HexFormat.of().parseHex("0001f203f4f5f6f7");
        assertThat(sum(octets, 0, 8)).isEqualTo(0xddf2);
        assertThat(sum(octets, 0, 7)).as("the last octet is a high half").isEqualTo(0xdcfb);
        assertThat(sum(octets, 0, 0)).isZero();
    }

    @Test
    void anyLengthAnywhereAddsUpAsWordByWord() {
        Random random = new Random(1);
        byte[] octets = new byte[300];
        random.nextBytes(octets);
        for (int at = 0; at < 9; at++) {
            for (int length = 0; length < octets.length - at; length++) {
                assertThat(sum(octets, at, length))
                        .as("%d octets at %d", length, at)
                        .isEqualTo(Wire.sum(octets, at, length));
            }
        }
    }

    @Test
    void theLargestSumsCarryRight() {
        byte[] octets = new byte[65_600];
        Arrays.fill(octets, (byte) 0xff);
        assertThat(sum(octets, 0, octets.length)).isEqualTo(0xffff);
        octets[1] = 0;
        assertThat(sum(octets, 0, octets.length)).isEqualTo(0xff00);
        assertThat(InternetChecksum.fold(0xffff_ffff_ffffL)).isEqualTo(0xffff);
        assertThat(InternetChecksum.fold(0x1_0000)).isEqualTo(1);
        assertThat(InternetChecksum.ofTransport(0xffff)).isEqualTo(0xffff);
        assertThat(InternetChecksum.ofTransport(0xddf2)).isEqualTo(0x220d);
    }
}
