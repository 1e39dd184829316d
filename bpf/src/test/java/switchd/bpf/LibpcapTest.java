package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

/// libpcap's programs on frames made by hand.
final class LibpcapTest {
    private static final int SNAPLEN = 65_535;

    private static final byte[] ARP =
            frame(
                    "ffffffffffff 525400000001 0806 0001 0800 06 04 0001"
                            + "525400000001 0a4d0032 000000000000 0a4d0001");
    private static final byte[] DHCP =
            frame(
                    "ffffffffffff 525400000001 0800 4500 0024 0000 0000 40 11 0000 00000000 ffffffff"
                            + "0044 0043 0010 0000 0101060000000001");
    private static final byte[] TAGGED =
            frame(
                    "525400000002 525400000001 8100 0005 0800 4500 0014 0000 0000 40 01 0000"
                            + "0a4d0001 0a4d0032");

    @ParameterizedTest(name = "{0}: arp {1}, dhcp {2}, tagged {3}")
    @CsvSource({
        "arp,                          true,  false, false",
        "arp or port 67,               true,  true,  false",
        "ether host 52:54:00:00:00:01, true,  true,  true",
        "ether dst 52:54:00:00:00:02,  false, false, true",
        "vlan,                         false, false, true",
        "vlan 6,                       false, false, false",
        "vlan and src host 10.77.0.1,  false, false, true",
        "udp src port 68,              false, true,  false",
        "not arp,                      false, true,  true",
        "ether[0] % 2 = 1,             true,  true,  false",
        "ether[0] ^ 0x52 = 0,          false, false, true",
        "'',                           true,  true,  true",
    })
    void aFilterPicksItsFrames(String expression, boolean arp, boolean dhcp, boolean tagged)
            throws SwitchdException {
        FrameFilter filter = FrameFilter.of(Libpcap.compile(expression, SNAPLEN));
        assertThat(keep(filter, ARP)).isEqualTo(arp ? ARP.length : 0);
        assertThat(keep(filter, DHCP)).isEqualTo(dhcp ? DHCP.length : 0);
        assertThat(keep(filter, TAGGED)).isEqualTo(tagged ? TAGGED.length : 0);
    }

    @Test
    void noMoreIsKeptThanAskedFor() throws SwitchdException {
        FrameFilter filter = FrameFilter.of(Libpcap.compile("arp", 20));
        assertThat(keep(filter, ARP)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"arp or, syntax error", "ip broadcast, netmask", "vlan foo, foo"})
    void whatIsNoFilterIsRefusedInItsOwnWords(String expression, String words) {
        assertThatThrownBy(() -> Libpcap.compile(expression, SNAPLEN))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--filter: " + expression + ": ")
                .hasMessageContaining(words)
                .hasMessageEndingWith("pcap-filter(7) has the language");
    }

    @Test
    void aFilterWithANulIsRefused() {
        assertThatThrownBy(() -> Libpcap.compile("arp\0", SNAPLEN))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("NUL");
    }

    /// So many terms that libpcap's optimizer comes near the end of a usual thread's stack.
    @Test
    void aLongFilterIsTakenUpToALimit() throws SwitchdException {
        FrameFilter filter = FrameFilter.of(Libpcap.compile(ports(300), SNAPLEN));
        assertThat(keep(filter, DHCP)).isEqualTo(DHCP.length);
        assertThatThrownBy(() -> Libpcap.compile(ports(500), SNAPLEN))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("more than 4096 characters");
    }

    private static String ports(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "port " + i)
                .collect(Collectors.joining(" or "));
    }

    private static int keep(FrameFilter filter, byte[] frame) {
        return filter.keep(MemorySegment.ofArray(frame), 0, frame.length);
    }

    private static byte[] frame(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
