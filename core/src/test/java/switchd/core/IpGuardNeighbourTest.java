package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Packets.icmp6;
import static switchd.core.testkit.Packets.join;
import static switchd.core.testkit.Packets.link;
import static switchd.core.testkit.Packets.neighbour;
import static switchd.core.testkit.Packets.probe;
import static switchd.core.testkit.Packets.router;

import org.junit.jupiter.api.Test;

/// IP addresses that a VM makes itself.
final class IpGuardNeighbourTest extends IpGuardFixture {
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

    /// Who reads nothing is sent the objection all the same, and what cannot wait any more is lost.
    @Test
    void anObjectionIsHeardThoughTheVmReadsNothing() throws Exception {
        open();
        vm.room(0);
        fromLan(frames(VM, SERVER, 0, 5));
        assertThat(port.holdsFromLan()).isTrue();
        uplink.give(frames(VM, SERVER, 5, 5));
        rig.turn();
        assertThat(uplink.receivedFrames()).as("the LAN waits").isEqualTo(5);

        assertPasses(probe(VM, "fe80::77"));
        uplink.give(icmp6(BROADCAST, SERVER, "fe80::77", "ff02::1", neighbour(136, "fe80::77")));
        rig.turn();
        rig.turn();
        assertThat(uplink.receivedFrames()).isEqualTo(11);
        rig.turnAfter(SECOND);
        assertDropped(DropCause.IP_SOURCE, packet6("fe80::77"));

        vm.unlimitedRoom();
        fromLan(frames(VM, SERVER, 10, 1));
        vm.room(0);
        fromLan(frames(VM, SERVER, 11, 1));
        assertThat(port.holdsFromLan()).as("nothing is asked any more").isTrue();
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
}
