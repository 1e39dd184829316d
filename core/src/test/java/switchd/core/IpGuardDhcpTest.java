package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;
import static switchd.core.testkit.Packets.arp;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.dhcp6;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.probe;
import static switchd.core.testkit.Packets.router;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeVmLink;

/// IP addresses that DHCP servers give a VM.
final class IpGuardDhcpTest extends IpGuardFixture {
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
}
