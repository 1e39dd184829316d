package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;
import static switchd.core.testkit.Packets.arp;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.dhcp6;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.frame;
import static switchd.core.testkit.Packets.icmp6;
import static switchd.core.testkit.Packets.join;
import static switchd.core.testkit.Packets.neighbour;
import static switchd.core.testkit.Packets.probe;
import static switchd.core.testkit.Packets.router;
import static switchd.core.testkit.Packets.six;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a VM may and may not send beside its IP addresses, with frames as kernels and attackers
/// make them.
final class IpGuardTest extends IpGuardFixture {
    @Test
    void serversAndRoutersAreNone() throws Exception {
        open(HAS);
        byte[] ack = udp(67, 68, dhcp(2, 5, 7, mac(2), NONE, "10.0.0.66", 60));
        byte[] reply = udp(547, 546, dhcp6(7, 7, 1, MADE, 60));
        byte[] redirect = neighbour(137, LOCAL, new byte[16]);
        byte[] split = {58, 0, 0, 1, 0, 0, 0, 1};
        byte[] options = {58, 0, 1, 4, 0, 0, 0, 0};
        byte[] advertised = Arrays.copyOfRange(router(VM, "2001:db8::", 9), 54, 102);
        assertDropped(
                DropCause.ROGUE_SERVER,
                four(BROADCAST, VM, HAS, ALL, 17, 0, ack),
                four(BROADCAST, VM, HAS, ALL, 17, 0x2000, ack),
                four(SERVER, VM, HAS, "10.0.0.1", 1, 0, (byte) 5, (byte) 1, (byte) 0, (byte) 0),
                udp6(mac(2), VM, LOCAL, "fe80::2", reply),
                router(VM, "2001:db8::", 9),
                icmp6(mac(2), VM, LOCAL, "fe80::2", redirect),
                six(mac(2), VM, LOCAL, "ff02::1", 44, 255, join(split, advertised)),
                six(mac(2), VM, LOCAL, "ff02::1", 60, 255, join(options, advertised)),
                six(
                        mac(2),
                        VM,
                        LOCAL,
                        "ff02::1",
                        0,
                        255,
                        join(new byte[] {60, 0, 1, 4, 0, 0, 0, 0}, join(options, advertised))));
        assertThat(rig.events(PortEvent.Guarded.class)).hasSize(1);
        assertThat(port.toLan().frames()).isZero();
    }

    /// With the lowest address a VM would be the one that asks for members of groups.
    @Test
    void whoAsksForMembersOfGroupsIsARouter() throws Exception {
        open(HAS);
        MacAddress all = MacAddress.parse("01:00:5e:00:00:01");
        byte[] alert = {58, 0, 5, 2, 0, 0, 1, 0};
        for (int type : new int[] {0x11, 0x30, 0x32}) {
            byte[] message = {(byte) type, 100, 0, 0, 0, 0, 0, 0};
            assertDropped(
                    DropCause.ROGUE_SERVER,
                    four(all, VM, HAS, "224.0.0.1", 2, 0, message),
                    four(all, VM, NONE, "224.0.0.1", 2, 0, message),
                    four(all, VM, HAS, "224.0.0.1", 2, 0x2000, message));
            assertDropped(
                    DropCause.IP_SOURCE,
                    four(all, VM, HAS, "224.0.0.1", 2, 0x2000, Arrays.copyOf(message, 7)));
        }
        for (int type : new int[] {130, 151, 153}) {
            byte[] message = new byte[24];
            message[0] = (byte) type;
            assertDropped(
                    DropCause.ROGUE_SERVER,
                    icmp6(mac(2), VM, LOCAL, "ff02::1", message),
                    six(mac(2), VM, LOCAL, "ff02::1", 0, 1, join(alert, message)));
        }
        for (int type : new int[] {0x12, 0x16, 0x17, 0x22}) {
            byte[] report = {(byte) type, 0, 0, 0, 0, 0, 0, 0};
            assertPasses(
                    four(all, VM, HAS, "224.0.0.22", 2, 0, report),
                    four(all, VM, NONE, "224.0.0.22", 2, 0, report));
        }
        for (int type : new int[] {131, 132, 143}) {
            byte[] report = new byte[24];
            report[0] = (byte) type;
            assertPasses(six(mac(2), VM, "::", "ff02::16", 0, 1, join(alert, report)));
        }
    }

    @Test
    void whatCannotBeReadDoesNotPass() throws Exception {
        open(HAS, MADE);
        byte[] good = packet(HAS);
        byte[] good6 = packet6(MADE);
        assertPasses(good, good6, tagged(good, 0x8100, 20), arp(VM, 1, NONE, HAS));
        for (byte[] whole : List.of(good, good6, arp(VM, 1, HAS, HAS))) {
            for (int length = 14; length < whole.length; length++) {
                assertDropped(DropCause.IP_SOURCE, Arrays.copyOf(whole, length));
            }
        }
        byte[] shortHeader = good.clone();
        shortHeader[14] = 0x44;
        byte[] longHeader = good.clone();
        longHeader[14] = 0x4f;
        byte[] version = good6.clone();
        version[14] = 0x40;
        byte[] more = good6.clone();
        more[19]++;
        byte[] foreign = arp(VM, 1, HAS, HAS);
        foreign[23]++; // another hardware address
        byte[] chain = {};
        for (int i = 0; i < 9; i++) {
            chain = join(chain, new byte[] {60, 0, 1, 4, 0, 0, 0, 0});
        }
        byte[] overflow = {17, (byte) 255, 1, 4, 0, 0, 0, 0};
        assertDropped(
                DropCause.IP_SOURCE,
                shortHeader,
                longHeader,
                version,
                more,
                foreign,
                tagged(tagged(good, 0x8100, 20), 0x8100, 20),
                tagged(good, 0x88a8, 20),
                tagged(good, 0x9200, 20),
                tagged(good, 0x9300, 20),
                six(SERVER, VM, MADE, MADE, 60, 64, chain),
                six(SERVER, VM, MADE, MADE, 60, 64, overflow),
                six(SERVER, VM, MADE, MADE, 44, 64, new byte[] {17, 0, 0, 1, 0, 0, 0, 0}),
                six(
                        SERVER,
                        VM,
                        MADE,
                        MADE,
                        44,
                        64,
                        new byte[] {44, 0, 0, 1, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0}),
                frame(SERVER, VM, 0x8863, new byte[50]),
                frame(SERVER, VM, 46, new byte[46]));
        // Later fragments say nothing but where they come from.
        byte[] later = {17, 0, 0, 8, 0, 0, 0, 0};
        assertPasses(
                four(SERVER, VM, HAS, "10.0.0.1", 17, 5, new byte[8]),
                six(SERVER, VM, MADE, MADE, 44, 64, later));
        assertDropped(
                DropCause.IP_SOURCE,
                four(SERVER, VM, "10.0.0.8", "10.0.0.1", 17, 5, new byte[8]),
                six(SERVER, VM, "2001:db8::8", MADE, 44, 64, later));
    }

    @Test
    void configuredAddressesAreAllThatPasses() throws Exception {
        open(HAS);
        assertThat(lan.uplinks().getFirst().isKeptApart()).isFalse();
        assertPasses(packet(HAS), packet6(LOCAL), ask(1, 7, NONE, NONE), probe(VM, LOCAL));
        fromLan(answer(5, 7, VM, "10.0.0.10", 60), router(SERVER, "2001:db8:0:1::", 600));
        assertDropped(
                DropCause.IP_SOURCE, packet("10.0.0.10"), probe(VM, MADE), probe(VM, "fe80::7"));
        assertThat(port.leases()).hasSize(1);
    }

    @Test
    void aGuardThatHasAListTakesNothingUp() throws Exception {
        open();
        lease(7, 60);
        Learnt known = port.policy().learnt();
        port.detach("test");
        network.leave(port);
        open("10.0.0.7");
        port.recall(known);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertPasses(packet("10.0.0.7"));
    }
}
