package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.dhcp6;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.frame;
import static switchd.core.testkit.Packets.icmp6;
import static switchd.core.testkit.Packets.join;
import static switchd.core.testkit.Packets.neighbour;
import static switchd.core.testkit.Packets.probe;
import static switchd.core.testkit.Packets.router;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeVmLink;

/// What a VM may try to get the addresses of others with, or to be taken for a server.
final class IpGuardEscapeTest extends IpGuardFixture {
    private static final Isolation ALONE = new Isolation(true, List.of());

    private Port port(int number, Isolation isolation, IpPolicy ips) throws SwitchdException {
        Guards guards = guards(isolation, new VlanPolicy.Any(), ips);
        return port("p" + number, mac(number).toString(), guards);
    }

    private Port leased(int number, Isolation isolation) throws SwitchdException {
        return port(number, isolation, new IpPolicy.Leased());
    }

    /// Clients look at the port that an answer is for, and at no other.
    @Test
    void aServerOnAnotherPortIsAServer() throws Exception {
        Port port = port(1, Isolation.NONE, only(HAS));
        FakeVmLink vm = rig.vm(port, network);
        byte[] ack = udp(1067, 68, dhcp(2, 5, 7, mac(2), NONE, "10.0.0.66", 60));
        byte[] reply = udp(1547, 546, dhcp6(7, 7, 1, MADE, 60));
        assertDropped(
                DropCause.ROGUE_SERVER,
                port,
                vm,
                four(BROADCAST, VM, HAS, ALL, 17, 0, ack),
                four(BROADCAST, VM, HAS, ALL, 17, 0x2000, ack),
                udp6(mac(2), VM, LOCAL, "fe80::2", reply));
    }

    /// One that is isolated hears no question and cannot object.
    @Test
    void whatAnotherPortHasIsNotFree() throws Exception {
        Port a = leased(2, ALONE);
        Port dns = port(3, ALONE, only("2001:db8:0:1::53"));
        Port thief = leased(1, ALONE);
        FakeVmLink victim = rig.vm(a, network);
        FakeVmLink vm = rig.vm(thief, network);
        byte[] prefix = router(SERVER, "2001:db8:0:1::", 10_000);
        fromLan(a, prefix);
        fromLan(thief, prefix);
        assertPasses(a, victim, probe(mac(2), MADE));
        rig.turnAfter(SECOND);
        assertPasses(a, victim, packet6(mac(2), MADE));
        for (String address :
                List.of(
                        MADE,
                        "2001:db8:0:1::53",
                        "fe80::5054:ff:fe00:2",
                        "2001:db8:0:1:5054:ff:fe00:2")) {
            vm.give(probe(VM, address));
            rig.turn();
            rig.turnAfter(SECOND);
            assertDropped(DropCause.IP_SOURCE, thief, vm, packet6(address));
        }
        assertThat(thief.leases()).isEmpty();
        assertThat(dns.leases()).hasSize(1);
    }

    /// A switch may take the tag of its native VLAN off: the answer comes without.
    @Test
    void anObjectionInAnotherVlanIsOne() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        assertPasses(port, vm, tagged(probe(VM, "fe80::77"), 0x8100, 1));
        fromLan(port, icmp6(BROADCAST, SERVER, "fe80::77", "ff02::1", neighbour(136, "fe80::77")));
        rig.turnAfter(SECOND);
        assertDropped(DropCause.IP_SOURCE, port, vm, tagged(packet6("fe80::77"), 0x8100, 1));
    }

    /// While the uplink is lost, nobody can object.
    @Test
    void whatNobodyWasAskedIsNotFree() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        lan.uplinks().getFirst().tellLost("test");
        vm.give(probe(VM, "fe80::77"));
        rig.turn();
        assertThat(port.toLan().frames()).isZero();
        rig.turnAfter(SECOND);
        rig.turnAfter(SECOND);
        assertThat(network.lossOf(port)).isNull();
        assertDropped(DropCause.IP_SOURCE, port, vm, packet6("fe80::77"));
    }

    /// Not every station takes a frame that is longer than it must be, or has a tag without a VLAN.
    @Test
    void aQuestionThatSomeMayNotTakeIsNone() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        byte[] probe = probe(VM, "fe80::77");
        byte[] padding = new byte[1256];
        for (int at = 0; at < padding.length; at += 8) {
            padding[at] = 14;
            padding[at + 1] = 1;
        }
        byte[] message = join(Arrays.copyOfRange(probe, 54, probe.length), padding);
        message[2] = 0;
        message[3] = 0;
        MacAddress group = MacAddress.parse("33:33:ff:00:00:77");
        assertDropped(
                DropCause.IP_SOURCE,
                port,
                vm,
                Arrays.copyOf(probe, 1518),
                Arrays.copyOf(probe, probe.length + 1),
                tagged(probe, 0x8100, 0xa000),
                icmp6(group, VM, "::", "ff02::1:ff00:77", message));
        assertPasses(port, vm, probe, tagged(probe, 0x8100, 0xa014));
    }

    private static byte[] ask(String from, byte[] message) {
        return four(SERVER, VM, from, "10.0.0.1", 17, 0, udp(68, 67, message));
    }

    @Test
    void aClientSpeaksForItselfOnly() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        byte[] relayed = dhcp(1, 1, 7, VM, NONE, NONE, 0);
        relayed[27] = 9; // the relay's address
        byte[] option82 = dhcp(1, 1, 7, VM, NONE, NONE, 0);
        ByteBuffer.wrap(option82).put(250, new byte[] {82, 3, 1, 1, 9, (byte) 255});
        byte[] identified = dhcp(1, 1, 7, VM, NONE, NONE, 0);
        ByteBuffer.wrap(identified)
                .put(250, new byte[] {61, 7, 1, 0x52, 0x54, 0, 0, 0, 2, (byte) 255});
        byte[] decline = dhcp(1, 4, 7, VM, NONE, NONE, 0);
        ByteBuffer.wrap(decline).put(250, new byte[] {50, 4, 10, 0, 0, 8, (byte) 255});
        assertDropped(
                DropCause.IP_SOURCE,
                port,
                vm,
                ask(NONE, relayed),
                ask(NONE, option82),
                ask(NONE, identified),
                ask(NONE, decline),
                ask(NONE, dhcp(1, 7, 7, VM, "10.0.0.8", NONE, 0)),
                ask("10.0.0.8", dhcp(1, 7, 7, VM, "10.0.0.8", NONE, 0)),
                ask("10.0.0.8", dhcp(1, 8, 7, VM, "10.0.0.8", NONE, 0)));
        byte[] own = dhcp(1, 1, 7, VM, NONE, NONE, 0);
        ByteBuffer.wrap(own).put(250, new byte[] {61, 7, 1, 0x52, 0x54, 0, 0, 0, 1, (byte) 255});
        assertPasses(
                port, vm, ask(NONE, own), ask("10.0.0.8", dhcp(1, 3, 7, VM, "10.0.0.8", NONE, 0)));
    }

    /// Servers go by it: what is not its own it may neither give back nor refuse, and its own only
    /// as whom it got it.
    @Test
    void anotherClientsAddressIsNotGivenBack() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        assertPasses(port, vm, ask6(3, 1, "::"));
        byte[] reply = udp(547, 546, dhcp6(7, 5, 1, MADE, 600));
        fromLan(port, udp6(VM, SERVER, "fe80::1", LOCAL, reply));
        String others = "2001:db8:0:1::5:8";
        for (int type : new int[] {8, 9}) {
            assertDropped(
                    DropCause.IP_SOURCE,
                    port,
                    vm,
                    ask6(type, 2, MADE),
                    ask6(type, 1, others),
                    ask6(type, 2, others));
            assertPasses(port, vm, packet6(MADE));
        }
        Learnt known = port.policy().learnt();
        assertPasses(port, vm, ask6(8, 1, MADE));
        assertDropped(DropCause.IP_SOURCE, port, vm, packet6(MADE));
        port.recall(known);
        assertPasses(port, vm, packet6(MADE), ask6(8, 2, MADE)); // as whom, is not known any more
        assertDropped(DropCause.IP_SOURCE, port, vm, packet6(MADE));
    }

    private static byte[] ask6(int type, int client, String address) {
        byte[] message = udp(546, 547, dhcp6(type, 5, client, address, 0));
        return udp6(mac(9), VM, LOCAL, "ff02::1:2", message);
    }

    @Test
    void aLeaseThatTheServerRefusesIsGone() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        byte[] packet = four(SERVER, VM, HAS, "10.0.0.1", 17, 0, udp(1000, 2000));
        assertPasses(port, vm, ask(NONE, dhcp(1, 3, 7, VM, NONE, NONE, 0)));
        fromLan(port, answer(5, 7, HAS));
        assertPasses(port, vm, packet, ask(HAS, dhcp(1, 3, 8, VM, HAS, NONE, 0)));
        fromLan(port, answer(6, 8, NONE));
        assertDropped(DropCause.IP_SOURCE, port, vm, packet);
    }

    @Test
    void whatIsNotAskedForIsNotRefused() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        assertPasses(port, vm, ask(NONE, dhcp(1, 3, 7, VM, NONE, NONE, 0)));
        fromLan(port, answer(5, 7, HAS), answer(6, 9, NONE));
        assertThat(port.leases()).hasSize(1);
    }

    private static byte[] answer(int type, int xid, String gets) {
        byte[] message = dhcp(2, type, xid, VM, NONE, gets, 60);
        return four(VM, SERVER, "10.0.0.1", HAS, 17, 0, udp(67, 68, message));
    }

    @Test
    void whatIsAllowedPassesWhereItCarriesNoIp() throws Exception {
        Guards guards =
                new Guards(
                        Isolation.NONE,
                        new VlanPolicy.Any(),
                        Guards.Limits.NONE,
                        only(HAS),
                        Set.of(LinkProtocol.LLDP));
        Port port = rig.port(network, "p1", VM.toString(), guards);
        FakeVmLink vm = rig.vm(port, network);
        MacAddress nearest = MacAddress.parse("01:80:c2:00:00:0e");
        assertPasses(port, vm, frame(nearest, VM, 0x88cc, new byte[46]));
        assertDropped(
                DropCause.IP_SOURCE,
                port,
                vm,
                four(nearest, VM, "10.0.0.8", ALL, 17, 0, udp(1, 2)),
                frame(SERVER, VM, 0x8863, new byte[46]));
        assertDropped(DropCause.PROTOCOL, port, vm, frame(nearest, VM, 0x888e, new byte[46]));
    }

    @Test
    void aRelayIsNoClient() throws Exception {
        Port port = leased(1, Isolation.NONE);
        FakeVmLink vm = rig.vm(port, network);
        for (int type : new int[] {2, 7, 10, 12, 13}) {
            byte[] message = udp(546, 547, dhcp6(type, 7, 1, MADE, 60));
            assertDropped(
                    DropCause.ROGUE_SERVER,
                    port,
                    vm,
                    udp6(mac(9), VM, LOCAL, "ff02::1:2", message));
        }
    }
}
