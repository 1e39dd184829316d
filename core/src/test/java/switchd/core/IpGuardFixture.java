package switchd.core;

import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Packets.arp;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.util.List;
import java.util.Set;

/// A VM with a guard of its IP addresses, and what it and the servers of the LAN say.
abstract class IpGuardFixture extends GuardFixture {
    static final MacAddress VM = mac(1);
    static final MacAddress SERVER = mac(99);
    static final String HAS = "10.0.0.9";
    static final String NONE = "0.0.0.0";
    static final String ALL = "255.255.255.255";
    static final String LOCAL = "fe80::5054:ff:fe00:1"; // of 52:54:00:00:00:01
    static final String MADE = "2001:db8:0:1::5:9";

    /// Guards of IP addresses in VLANs, and nothing else.
    static Guards guards(Isolation isolation, VlanPolicy vlans, IpPolicy ips) {
        return new Guards(isolation, vlans, Guards.Limits.NONE, ips, Set.of());
    }

    static IpPolicy only(String... addresses) {
        return new IpPolicy.Only(List.of(addresses).stream().map(IpAddress::parse).toList());
    }

    void open(IpPolicy ips, VlanPolicy vlans) throws SwitchdException {
        open(VM.toString(), guards(Isolation.NONE, vlans, ips));
    }

    /// Opens a port whose VM has what the LAN gives it.
    void open() throws SwitchdException {
        open(new IpPolicy.Leased(), new VlanPolicy.Any());
    }

    /// Opens a port whose VM has these.
    void open(String... addresses) throws SwitchdException {
        open(only(addresses), new VlanPolicy.Any());
    }

    static byte[] packet(String from) {
        return four(SERVER, VM, from, "10.0.0.1", 17, 0, udp(1000, 2000));
    }

    static byte[] packet6(String from) {
        return packet6(VM, from);
    }

    static byte[] packet6(MacAddress vm, String from) {
        return udp6(SERVER, vm, from, "2001:db8:0:1::1", udp(1000, 2000));
    }

    /// What the VM's DHCP client says.
    static byte[] ask(int type, int xid, String from, String has) {
        byte[] message = dhcp(1, type, xid, VM, has, NONE, 0);
        return four(BROADCAST, VM, from, ALL, 17, 0, udp(68, 67, message));
    }

    /// What a DHCP server says to a client.
    static byte[] answer(int type, int xid, MacAddress client, String gets, int seconds) {
        byte[] message = dhcp(2, type, xid, client, NONE, gets, seconds);
        return four(client, SERVER, "10.0.0.1", gets, 17, 0, udp(67, 68, message));
    }

    /// The VM gets [#HAS].
    void lease(int xid, int seconds) throws SyscallException {
        assertPasses(ask(1, xid, NONE, NONE));
        fromLan(answer(2, xid, VM, HAS, seconds));
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        assertPasses(arp(VM, 1, NONE, HAS), ask(3, xid, NONE, NONE));
        fromLan(answer(5, xid, VM, HAS, seconds));
    }
}
