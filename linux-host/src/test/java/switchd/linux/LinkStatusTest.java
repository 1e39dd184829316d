package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.MacAddress;

/// No kernel cuts an attribute: where one is cut all the same, it is as if it were not there.
class LinkStatusTest {
    private static final int LINK = (int) NetlinkMessage.LINK.byteSize();

    private static LinkStatus read(int type, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            int length = (int) NetlinkMessage.ATTRIBUTE.byteSize() + value.length;
            MemorySegment payload = arena.allocate(LINK + length, Integer.BYTES);
            payload.set(JAVA_INT, 4, 7);
            payload.set(JAVA_SHORT, LINK, (short) length);
            payload.set(JAVA_SHORT, LINK + 2L, (short) type);
            MemorySegment.copy(value, 0, payload, JAVA_BYTE, LINK + 4L, value.length);
            return LinkStatus.read(payload);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NetlinkConstants.IFLA_MTU,
                NetlinkConstants.IFLA_MASTER,
                NetlinkConstants.IFLA_LINKINFO,
                NetlinkConstants.IFLA_ADDRESS,
                NetlinkConstants.IFLA_IFNAME
            })
    void aCutAttributeIsLeftOut(int type) {
        for (int length = 0; length < 4; length++) {
            LinkStatus link = read(type, new byte[length]);
            assertThat(link)
                    .isEqualTo(new LinkStatus(7, "", 0, 0, 0, 0, "", new MacAddress(0), false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "eth0|", "eth0|rest"})
    void aNameEndsAtItsNulOrWithTheAttribute(String name) {
        byte[] bytes = name.replace('|', '\0').getBytes(US_ASCII);
        assertThat(read(NetlinkConstants.IFLA_IFNAME, bytes).name()).isEqualTo("eth0");
    }
}
