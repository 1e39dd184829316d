package switchd.daemon.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.IpAddress;

/// Frames, octet by octet, and what is said of them.
final class PacketTextTest {
    private static final String HEADER = "525400000002 525400000001 ";
    private static final String WHO = "52:54:00:00:00:01 > 52:54:00:00:00:02, ";
    private static final String IP4 = "0800 4500 001c 0000 %s 40 %s 0000 0a4d0001 0a4d0032 ";
    private static final String SIX = "fe800000000000000000000000000001";
    private static final String IP6 =
            "86dd 60000000 0008 %s ff " + SIX + "ff020000000000000000000000000001";

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0806 0001 0800 06 04 0002 525400000001 0a4d0001 525400000002 0a4d0032"
                        + "| ARP 10.77.0.1 is at 52:54:00:00:00:01",
                "0806 0001 0800 06 04 0001 525400000001 0a4d0001 000000000000 0a4d0001"
                        + "| ARP 10.77.0.1 is at 52:54:00:00:00:01 (announced)",
                "0806 0001 0800 06 04 0001 5254 | ARP (cut)",
                "8100 0005 0806 0001 0800 06 04 0003 525400000001 0a4d0001 000000000000 0a4d0001"
                        + "| vlan 5, ARP operation 3",
                "8100 0005 | type 0x8100",
                "88b5 01 | type 0x88b5",
                "0026 42 | 802.3, length 38",
                "0800 45 | IPv4 (cut)",
                "0800 6500 001c 0000 0000 40 11 0000 0a4d0001 0a4d0032 | IPv4",
            })
    void frames(String payload, String text) {
        assertThat(text(payload)).isEqualTo(WHO + text);
    }

    @Test
    void fourIsTold() {
        assertThat(text(IP4.formatted("0000", "01") + "0800 0000 0007 0001"))
                .isEqualTo(WHO + "IPv4 10.77.0.1 > 10.77.0.50: ICMP echo request, id 7, seq 1");
        assertThat(text(IP4.formatted("0000", "11") + "0400 0050 0008 0000"))
                .isEqualTo(WHO + "IPv4 10.77.0.1:1024 > 10.77.0.50:80: UDP 0 bytes");
        assertThat(text(IP4.formatted("0010", "11") + "0400 0050 0008 0000"))
                .isEqualTo(WHO + "IPv4 10.77.0.1 > 10.77.0.50: UDP fragment at 128");
        assertThat(text(IP4.formatted("0000", "06") + "0400 0050 0008 0000"))
                .isEqualTo(WHO + "IPv4 10.77.0.1 > 10.77.0.50: TCP (cut)");
        assertThat(text(IP4.formatted("0000", "59") + "0400 0050 0008 0000"))
                .isEqualTo(WHO + "IPv4 10.77.0.1 > 10.77.0.50: protocol 89");
    }

    @Test
    void tcpIsToldWithItsFlags() {
        String segment = "0400 0016 00000001 00000000 5012 0400 0000 0000 61 62 63";
        assertThat(text("0800 4500 002b 0000 0000 40 06 0000 0a4d0001 0a4d0032" + segment))
                .isEqualTo(WHO + "IPv4 10.77.0.1:1024 > 10.77.0.50:22: TCP [S.] 3 bytes");
    }

    @Test
    void sixIsTold() {
        assertThat(text(IP6.formatted("3a") + "8000 0000 0000 0000"))
                .isEqualTo(WHO + "IPv6 fe80::1 > ff02::1: ICMPv6 echo request");
        assertThat(text(IP6.formatted("11") + "0222 0223 0008 0000"))
                .isEqualTo(WHO + "IPv6 [fe80::1]:546 > [ff02::1]:547: UDP 0 bytes");
        // A hop-by-hop header before it, as multicast listener reports have.
        assertThat(
                        text(
                                "86dd 60000000 0010 00 01"
                                        + SIX
                                        + "ff020000000000000000000000000016"
                                        + "3a00 0502 0000 0000 8f00 0000 0000 0000"))
                .isEqualTo(WHO + "IPv6 fe80::1 > ff02::16: ICMPv6 multicast listener report");
    }

    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000000000, ::",
        "00000000000000000000000000000001, ::1",
        "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
        "20010db8000100010001000100010001, 2001:db8:1:1:1:1:1:1",
        "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
        "fe800000000000000000000000000000, fe80::",
    })
    void sixIsWrittenAsRfc5952Has(String octets, String text) {
        byte[] bytes = HexFormat.of().parseHex(octets);
        assertThat(IpAddress.six(java.nio.ByteBuffer.wrap(bytes), 0)).hasToString(text);
    }

    @Test
    void whatIsShorterThanAHeaderIsNoPacket() {
        assertThat(Packet.of(new byte[13])).isNull();
        assertThat(PacketText.of(null)).isEqualTo("shorter than an Ethernet header");
    }

    private static String text(String payload) {
        return PacketText.of(
                Packet.of(HexFormat.of().parseHex((HEADER + payload).replace(" ", ""))));
    }
}
