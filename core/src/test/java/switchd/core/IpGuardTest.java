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
import static switchd.core.testkit.Packets.link;
import static switchd.core.testkit.Packets.neighbour;
import static switchd.core.testkit.Packets.probe;
import static switchd.core.testkit.Packets.router;
import static switchd.core.testkit.Packets.six;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// IP addresses that a VM may and may not send from, with frames as kernels and attackers make
/// them.
final class IpGuardTest {
    private static final long SECOND = 1_000_000_000L;
    private static final MacAddress VM = mac(1);
    private static final MacAddress SERVER = mac(99);
    private static final String HAS = "10.0.0.9";
    private static final String NONE = "0.0.0.0";
    private static final String ALL = "255.255.255.255";
    private static final String LOCAL = "fe80::5054:ff:fe00:1"; // of 52:54:00:00:00:01
    private static final String MADE = "2001:db8:0:1::5:9";

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);

    @SuppressWarnings("NullAway.Init")
    private Port port;

    @SuppressWarnings("NullAway.Init")
    private FakeVmLink vm;

    @SuppressWarnings("NullAway.Init")
    private FakeUplink uplink;

    @AfterEach
    void close() {
        rig.close();
    }

    private void open(IpPolicy ips, VlanPolicy vlans) throws SwitchdException {
        Guards guards = new Guards(Isolation.NONE, vlans, Guards.Limits.NONE, ips, Set.of());
        port = rig.port(network, "a", VM.toString(), guards);
        vm = rig.vm(port, network);
        uplink = lan.uplinks().getFirst();
        rig.poller.follow(uplink);
    }

    private void open() throws SwitchdException {
        open(new IpPolicy.Leased(), new VlanPolicy.Any());
    }

    private static byte[] packet(String from) {
        return four(SERVER, VM, from, "10.0.0.1", 17, 0, udp(1000, 2000));
    }

    private static byte[] packet6(String from) {
        return udp6(SERVER, VM, from, "2001:db8:0:1::1", udp(1000, 2000));
    }

    private static byte[] ask(int type, int xid, String from, String has) {
        return four(
                BROADCAST, VM, from, ALL, 17, 0, udp(68, 67, dhcp(1, type, xid, VM, has, NONE, 0)));
    }

    private static byte[] answer(int type, int xid, MacAddress client, String gets, int seconds) {
        byte[] message = dhcp(2, type, xid, client, NONE, gets, seconds);
        return four(client, SERVER, "10.0.0.1", gets, 17, 0, udp(67, 68, message));
    }

    private void fromLan(byte[]... frames) throws SyscallException {
        uplink.give(frames);
        rig.turn();
    }

    private void assertPasses(byte[]... frames) throws SyscallException {
        for (byte[] frame : frames) {
            long before = port.toLan().frames();
            vm.give(frame);
            rig.turn();
            assertThat(port.toLan().frames() - before).as(Arrays.toString(frame)).isEqualTo(1);
        }
    }

    private void assertDropped(DropCause cause, byte[]... frames) throws SyscallException {
        for (byte[] frame : frames) {
            long before = port.toLan().drops(cause);
            vm.give(frame);
            rig.turn();
            assertThat(port.toLan().drops(cause) - before).as(Arrays.toString(frame)).isEqualTo(1);
        }
    }

    private void lease(int xid, int seconds) throws SyscallException {
        assertPasses(ask(1, xid, NONE, NONE));
        fromLan(answer(2, xid, VM, HAS, seconds));
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertPasses(arp(VM, 1, NONE, HAS), ask(3, xid, NONE, NONE));
        fromLan(answer(5, xid, VM, HAS, seconds));
    }

    @Test
    void aLeaseIsGoodUntilItExpires() throws Exception {
        open();
        assertThat(lan.uplinks().getFirst().isKeptApart()).isTrue();
        lease(7, 60);
        assertPasses(packet(HAS), arp(VM, 1, HAS, "10.0.0.1"), arp(VM, 2, HAS, "10.0.0.1"));
        assertDropped(
                DropCause.IP_SOURCE,
                packet("10.0.0.8"),
                arp(VM, 1, "10.0.0.8", "10.0.0.1"),
                arp(VM, 2, "10.0.0.1", HAS),
                arp(VM, 1, NONE, "10.0.0.1"),
                four(SERVER, VM, NONE, "10.0.0.1", 17, 0, udp(68, 69)));
        assertThat(port.leases())
                .singleElement()
                .satisfies(lease -> {
                    assertThat(lease.address()).hasToString(HAS);
                    assertThat(lease.source()).isEqualTo(Lease.Source.DHCP4);
                    assertThat(lease.expiresAt() - rig.loop.now()).isEqualTo(60 * SECOND);
                });
        rig.turnAfter(59 * SECOND);
        assertPasses(packet(HAS));
        rig.turnAfter(SECOND);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertThat(port.leases()).isEmpty();
        assertPasses(ask(3, 8, HAS, HAS)); // a client that does not know asks to go on
        fromLan(answer(5, 8, VM, HAS, 60));
        assertPasses(packet(HAS));
        assertThat(rig.events(PortEvent.Guarded.class))
                .singleElement()
                .satisfies(told -> assertThat(told.frame()).endsWith("0x0800, from 10.0.0.9"));
    }

    @Test
    void nothingOutlivesTheVm() throws Exception {
        open();
        lease(7, 60);
        port.detach("test");
        vm = rig.vm(port, network);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        fromLan(answer(5, 7, VM, HAS, 60));
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertThat(rig.events(PortEvent.Guarded.class)).as("of each VM").hasSize(2);
    }

    @Test
    void theNextDaemonGoesOnWithWhatIsKnown() throws Exception {
        open();
        lease(7, 60);
        Learnt known = port.policy().learnt();
        assertThat(known.address()).as("a configured one").isNull();
        assertThat(known.leases()).hasSize(1);
        port.detach("test");
        assertThat(port.policy().learnt()).isEqualTo(Learnt.NOTHING);
        vm = rig.vm(port, network);
        port.recall(known);
        assertPasses(packet(HAS));
        assertDropped(DropCause.IP_SOURCE, packet("10.0.0.8"));
        rig.turnAfter(60 * SECOND);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        port.recall(known);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
    }

    @Test
    void aGuardThatHasAListTakesNothingUp() throws Exception {
        open();
        lease(7, 60);
        Learnt known = port.policy().learnt();
        port.detach("test");
        open(new IpPolicy.Only(List.of(IpAddress.parse("10.0.0.7"))), new VlanPolicy.Any());
        port.recall(known);
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertPasses(packet("10.0.0.7"));
    }

    @Test
    void anAddressThatIsGivenBackIsGone() throws Exception {
        open();
        lease(7, 60);
        byte[] release = udp(68, 67, dhcp(1, 7, 9, VM, HAS, NONE, 0));
        assertPasses(packet(HAS), four(SERVER, VM, HAS, "10.0.0.1", 17, 0, release));
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
    }

    @Test
    void onlyAnswersToTheVmsOwnQuestionsCount() throws Exception {
        open();
        assertPasses(ask(1, 7, NONE, NONE));
        byte[] good = answer(5, 7, VM, HAS, 60);
        fromLan(
                answer(5, 8, VM, HAS, 60),
                answer(5, 7, mac(2), HAS, 60),
                answer(6, 7, VM, HAS, 60),
                answer(5, 7, VM, "224.0.0.1", 60),
                answer(5, 7, VM, NONE, 60),
                four(
                        VM,
                        SERVER,
                        "10.0.0.1",
                        HAS,
                        17,
                        0x2000,
                        Arrays.copyOfRange(good, 34, good.length)),
                four(
                        VM,
                        SERVER,
                        "10.0.0.1",
                        HAS,
                        17,
                        0,
                        udp(68, 67, dhcp(2, 5, 7, VM, NONE, HAS, 60))),
                tagged(good, 0x8100, 20));
        for (int length = 14; length < good.length - 50; length++) {
            fromLan(Arrays.copyOf(good, length));
        }
        assertThat(port.leases()).isEmpty();
        fromLan(good);
        assertThat(port.leases()).hasSize(1);
        rig.turnAfter(DhcpRequests.PATIENCE_NANOS);
        fromLan(answer(5, 7, VM, "10.0.0.10", 600));
        assertThat(port.leases()).as("too late").isEmpty();
    }

    @Test
    void aServerThatIsAVmNeverCounts() throws Exception {
        open();
        Port other = rig.port(network, "b", "any");
        FakeVmLink rogue = rig.vm(other, network);
        assertPasses(ask(1, 7, NONE, NONE));
        byte[] forged =
                four(
                        BROADCAST,
                        mac(5),
                        "10.0.0.1",
                        ALL,
                        17,
                        0,
                        udp(67, 68, dhcp(2, 5, 7, VM, NONE, HAS, 60)));
        rogue.give(forged, router(mac(5), "2001:db8:0:1::", 600));
        rig.turn();
        fromLan(forged, router(mac(5), "2001:db8:0:1::", 600)); // back from a LAN with a loop
        assertThat(vm.sent()).hasSize(4);
        assertThat(port.leases()).isEmpty();
        assertDropped(DropCause.IP_SOURCE, packet(HAS), probe(VM, MADE));
    }

    @Test
    void serversAndRoutersAreNone() throws Exception {
        open(new IpPolicy.Only(List.of(IpAddress.parse(HAS))), new VlanPolicy.Any());
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

    @Test
    void whatCannotBeReadDoesNotPass() throws Exception {
        open(
                new IpPolicy.Only(List.of(IpAddress.parse(HAS), IpAddress.parse(MADE))),
                new VlanPolicy.Any());
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
        open(new IpPolicy.Only(List.of(IpAddress.parse(HAS))), new VlanPolicy.Any());
        assertThat(lan.uplinks().getFirst().isKeptApart()).isFalse();
        assertPasses(packet(HAS), packet6(LOCAL), ask(1, 7, NONE, NONE), probe(VM, LOCAL));
        fromLan(answer(5, 7, VM, "10.0.0.10", 60), router(SERVER, "2001:db8:0:1::", 600));
        assertDropped(
                DropCause.IP_SOURCE, packet("10.0.0.10"), probe(VM, MADE), probe(VM, "fe80::7"));
        assertThat(port.leases()).hasSize(1);
    }

    @Test
    void anAddressBelowARoutersPrefixIsTheFirstWhoAsks() throws Exception {
        open();
        assertDropped(
                DropCause.IP_SOURCE,
                probe(VM, MADE),
                packet6(MADE),
                packet6("2001:db8:0:1:5054:ff:fe00:1"));
        fromLan(router(SERVER, "2001:db8:0:1::", 10_000));
        assertPasses(packet6("2001:db8:0:1:5054:ff:fe00:1")); // follows from the hardware address
        byte[] deaf = probe(VM, MADE);
        deaf[57]++; // the checksum: nobody would answer
        byte[] astray = probe(VM, MADE);
        astray[5]++; // to a group that nobody is in
        assertDropped(DropCause.IP_SOURCE, deaf, astray, probe(VM, "2001:db8:0:2::1"));
        assertPasses(probe(VM, MADE));
        assertDropped(DropCause.IP_SOURCE, packet6(MADE));
        rig.turnAfter(SECOND);
        byte[] told = join(link(2, VM));
        byte[] lie = join(link(2, mac(3)));
        assertPasses(packet6(MADE), icmp6(SERVER, VM, MADE, "ff02::1", neighbour(136, MADE, told)));
        assertDropped(
                DropCause.IP_SOURCE,
                icmp6(SERVER, VM, MADE, "ff02::1", neighbour(136, MADE, lie)),
                icmp6(SERVER, VM, MADE, "ff02::1", neighbour(136, "fe80::1", told)),
                icmp6(SERVER, VM, MADE, MADE, neighbour(135, "fe80::1", link(1, mac(3)))));
        assertThat(port.leases())
                .singleElement()
                .satisfies(lease -> assertThat(lease.source()).isEqualTo(Lease.Source.SLAAC));
        fromLan(router(SERVER, "2001:db8:0:1::", 0));
        assertPasses(packet6(MADE));
        rig.turnAfter(7_200 * SECOND);
        assertDropped(DropCause.IP_SOURCE, packet6(MADE));
    }

    @Test
    void somebodyWhoHasTheAddressKeepsIt() throws Exception {
        open();
        assertPasses(probe(VM, "fe80::77"));
        fromLan(icmp6(BROADCAST, SERVER, "fe80::77", "ff02::1", neighbour(136, "fe80::77")));
        rig.turnAfter(SECOND);
        assertDropped(DropCause.IP_SOURCE, packet6("fe80::77"));
        assertPasses(probe(VM, "fe80::78"));
        fromLan(probe(SERVER, "fe80::78")); // both ask at once: neither has it
        rig.turnAfter(SECOND);
        assertDropped(DropCause.IP_SOURCE, packet6("fe80::78"));
        assertPasses(probe(VM, "fe80::79"));
        rig.turnAfter(SECOND);
        fromLan(probe(SERVER, "fe80::79"));
        assertPasses(packet6("fe80::79"), packet6(LOCAL));
    }

    @Test
    void dhcp6GivesAddressesToWhomItAnswers() throws Exception {
        open();
        assertPasses(udp6(mac(9), VM, LOCAL, "ff02::1:2", udp(546, 547, dhcp6(3, 5, 1, "::", 0))));
        fromLan(
                udp6(VM, SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(7, 6, 1, MADE, 60))),
                udp6(VM, SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(7, 5, 2, MADE, 60))),
                udp6(mac(2), SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(7, 5, 1, MADE, 60))),
                udp6(VM, SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(7, 5, 1, "ff02::1", 60))),
                udp6(VM, SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(2, 5, 1, MADE, 60))));
        assertThat(port.leases()).isEmpty();
        fromLan(udp6(VM, SERVER, "fe80::1", LOCAL, udp(547, 546, dhcp6(7, 5, 1, MADE, 60))));
        assertPasses(packet6(MADE), probe(VM, MADE));
        assertThat(port.leases())
                .singleElement()
                .satisfies(lease -> assertThat(lease.source()).isEqualTo(Lease.Source.DHCP6));
        assertPasses(udp6(mac(9), VM, LOCAL, "ff02::1:2", udp(546, 547, dhcp6(8, 9, 1, MADE, 0))));
        assertDropped(DropCause.IP_SOURCE, packet6(MADE));
    }

    @Test
    void theOldestSelfMadeAddressMakesWay() throws Exception {
        open();
        lease(7, 6000);
        for (int i = 1; i <= 40; i++) {
            assertPasses(probe(VM, "fe80::" + i));
            rig.turnAfter(SECOND);
            assertPasses(packet6("fe80::" + i), packet6("fe80::1"));
        }
        assertThat(port.leases()).hasSize(Leases.MOST);
        assertPasses(packet(HAS), packet6("fe80::1"), packet6("fe80::40"));
        assertDropped(DropCause.IP_SOURCE, packet6("fe80::2"));
    }

    @Test
    void aLeaseHoldsInItsVlanOnly() throws Exception {
        open(new IpPolicy.Leased(), new VlanPolicy.Trunk(List.of(20, 30)));
        assertPasses(tagged(ask(1, 7, NONE, NONE), 0x8100, 20));
        fromLan(tagged(answer(5, 7, VM, HAS, 60), 0x8100, 30));
        assertThat(port.leases()).isEmpty();
        fromLan(tagged(answer(5, 7, VM, HAS, 60), 0x8100, 20));
        assertPasses(tagged(packet(HAS), 0x8100, 20));
        assertDropped(DropCause.IP_SOURCE, tagged(packet(HAS), 0x8100, 30));
    }

    @Test
    void anAccessPortsLeaseComesTagged() throws Exception {
        open(new IpPolicy.Leased(), new VlanPolicy.Access(20));
        assertPasses(ask(1, 7, NONE, NONE));
        fromLan(tagged(answer(5, 7, VM, HAS, 60), 0x8100, 20));
        assertPasses(packet(HAS));
        assertDropped(DropCause.IP_SOURCE, packet("10.0.0.8"));
        assertThat(uplink.sent().getLast()).isEqualTo(tagged(packet(HAS), 0x8100, 20));
    }
}
