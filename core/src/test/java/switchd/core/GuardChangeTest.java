package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// Guards that change while a VM is attached ([Port#guard]): they hold from the next frame on, and
/// nothing else is touched.
final class GuardChangeTest extends IpGuardFixture {
    private static final Guards.Limits NO_LIMIT = Guards.Limits.NONE;
    private static final VlanPolicy ANY_VLAN = new VlanPolicy.Any();

    private static Guards limited(Guards.Limits limits) {
        return new Guards(Isolation.NONE, ANY_VLAN, limits, Set.of());
    }

    /// The VM of the port is attached as before, to the same uplink.
    private void assertUntouched() {
        assertThat(rig.events(PortEvent.Detached.class)).isEmpty();
        assertThat(rig.events(PortEvent.UplinkLost.class)).isEmpty();
        assertThat(lan.uplinks()).last().isSameAs(uplink);
        assertThat(uplink.closes()).isZero();
    }

    @Test
    void countersGoOnAndWhatWaitsComes() throws Exception {
        open("any", Guards.USUAL);
        assertPasses(frame(mac(99), mac(1), 1));
        vm.room(1);
        fromLan(frame(mac(1), mac(99), 2), frame(mac(1), mac(99), 3));

        port.guard(limited(new Guards.Limits(1, 1, 1, 1_000_000, 1_000_000, 0)));

        assertThat(port.queue().waiting()).isEqualTo(1);
        vm.room(9);
        rig.turn();
        assertThat(vm.sentNumbers()).containsExactly(2, 3);
        assertPasses(frame(mac(99), mac(1), 4));
        assertThat(port.toLan().frames()).isEqualTo(2);
        assertUntouched();
    }

    @Test
    void limitsComeAndGo() throws Exception {
        open("any", Guards.USUAL);
        port.guard(limited(new Guards.Limits(1, 0, 0, 0, 0, 0)));
        assertPasses(frame(BROADCAST, mac(1), 1));
        assertDropped(DropCause.GROUP_RATE, frame(BROADCAST, mac(1), 2));
        port.guard(limited(new Guards.Limits(0, 1, 0, 0, 0, 0)));
        assertPasses(frame(BROADCAST, mac(1), 3), frame(mac(99), mac(2), 4));
        assertDropped(DropCause.ADDRESS_RATE, frame(mac(99), mac(3), 5));
        port.guard(limited(new Guards.Limits(0, 0, 0, 8 * 1518, 8 * 1518, 1518)));
        byte[] full = frame(mac(99), mac(1), 6, 1514);
        assertPasses(full);
        assertDropped(DropCause.RATE, full);
        byte[] in = frame(mac(1), mac(99), 7, 1514);
        fromLan(in, in);
        assertThat(port.toVm().drops(DropCause.RATE)).isEqualTo(1);
        port.guard(limited(new Guards.Limits(0, 0, 0, 8 * 1518, 0, 3036)));
        assertPasses(full, full);
        assertDropped(DropCause.RATE, full);
        port.guard(limited(NO_LIMIT));
        assertPasses(full, full, frame(BROADCAST, mac(3), 8));
        assertUntouched();
    }

    /// Those that are too many now go, and those in use come back first.
    @Test
    void fewerAddressesHoldAtOnce() throws Exception {
        open("any", Guards.USUAL);
        for (int i = 1; i <= 5; i++) {
            assertPasses(frame(mac(99), mac(i), i));
        }
        port.guard(limited(new Guards.Limits(0, 0, 2, 0, 0, 0)));
        assertPasses(frame(mac(99), mac(4), 6), frame(mac(99), mac(5), 7));
        assertDropped(DropCause.ADDRESS_LIMIT, frame(mac(99), mac(1), 8));
        assertPasses(frame(mac(99), mac(4), 9));
        port.guard(limited(new Guards.Limits(0, 0, 3, 0, 0, 0)));
        assertPasses(frame(mac(99), mac(1), 10));
        assertDropped(DropCause.ADDRESS_LIMIT, frame(mac(99), mac(2), 11));
        assertThat(network.addressesOf(port, 9)).containsExactlyInAnyOrder(mac(1), mac(4), mac(5));
        assertUntouched();
    }

    @Test
    void protocolsAreAllowedAndForbidden() throws Exception {
        open("any", Guards.USUAL);
        byte[] discovery = frame(MacAddress.parse("01:80:c2:00:00:0e"), mac(1), 1);
        assertDropped(DropCause.PROTOCOL, discovery);
        port.guard(new Guards(Isolation.NONE, ANY_VLAN, NO_LIMIT, Set.of(LinkProtocol.LLDP)));
        assertPasses(discovery);
        port.guard(Guards.USUAL);
        assertDropped(DropCause.PROTOCOL, discovery);
        assertThat(rig.events(PortEvent.Guarded.class)).as("told of anew").hasSize(2);
        assertUntouched();
    }

    @Test
    void theSameGuardsAgainChangeNothing() throws Exception {
        open("any", limited(new Guards.Limits(1, 0, 0, 0, 0, 0)));
        assertPasses(frame(BROADCAST, mac(1), 1));
        port.guard(limited(new Guards.Limits(1, 0, 0, 0, 0, 0)));
        assertDropped(DropCause.GROUP_RATE, frame(BROADCAST, mac(1), 2));
    }

    @Test
    void isolationHoldsBothWaysAndInTheBridge() throws Exception {
        open(mac(2).toString(), Guards.USUAL);
        Port other = port;
        FakeVmLink otherVm = vm;
        open(mac(1).toString(), Guards.USUAL);
        assertPasses(frame(mac(2), mac(1), 1));
        assertThat(lan.uplinks()).noneMatch(FakeUplink::isKeptApart);

        port.guard(new Guards(new Isolation(true, List.of()), ANY_VLAN, NO_LIMIT, Set.of()));

        assertThat(lan.uplinks()).hasSize(2).allMatch(FakeUplink::isKeptApart);
        assertDropped(DropCause.ISOLATED, frame(mac(2), mac(1), 2));
        assertDropped(DropCause.ISOLATED, other, otherVm, frame(mac(1), mac(2), 3));
        Isolation front = new Isolation(false, List.of("front"));
        port.guard(new Guards(front, ANY_VLAN, NO_LIMIT, Set.of()));
        assertDropped(DropCause.ISOLATED, frame(mac(2), mac(1), 4));
        other.guard(new Guards(front, ANY_VLAN, NO_LIMIT, Set.of()));
        assertPasses(frame(mac(2), mac(1), 5));
        assertThat(otherVm.sentNumbers()).containsExactly(1, 5);
        assertUntouched();
    }

    @Test
    void otherVlansTakeAnotherUplink() throws Exception {
        open(mac(1).toString(), Guards.USUAL);
        FakeUplink former = uplink;
        byte[] out = frame(mac(99), mac(1), 1);
        assertPasses(out);

        port.guard(guards(Isolation.NONE, new VlanPolicy.Access(20), new IpPolicy.Any()));

        assertThat(former.closes()).isEqualTo(1);
        assertThat(lan.uplinks()).hasSize(2);
        uplink = lan.uplinks().getLast();
        rig.poller.follow(uplink);
        assertThat(uplink.vlans()).isEqualTo(new VlanPolicy.Access(20));
        assertThat(uplink.receptions()).containsExactly(new Reception.Vm(mac(1)));
        assertPasses(out);
        assertThat(uplink.sent()).containsExactly(tagged(out, 0x8100, 20));
        byte[] in = frame(mac(1), mac(99), 2);
        fromNewUplink(in, tagged(in, 0x8100, 30), tagged(in, 0x8100, 20));
        assertThat(vm.sent()).containsExactly(in);
        assertThat(port.toVm().drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);
        assertThat(rig.events(PortEvent.Detached.class)).isEmpty();
        assertThat(network.outagesOf(port)).as("nothing was lost").isEqualTo(Outages.NONE);
    }

    private void fromNewUplink(byte[]... frames) throws SyscallException {
        uplink.give(frames);
        rig.turn();
    }

    @Test
    void whereNoOtherUplinkCanBeHadAllIsAsBefore() throws Exception {
        open(mac(1).toString(), Guards.USUAL);
        lan.failNextOpen(Rig.failure(Errno.EBUSY));
        Guards inVlan = guards(Isolation.NONE, new VlanPolicy.Access(20), new IpPolicy.Leased());

        assertThatThrownBy(() -> port.guard(inVlan)).hasMessageContaining("EBUSY");

        assertThat(port.guards()).isEqualTo(Guards.USUAL);
        byte[] out = frame(mac(99), mac(1), 1);
        assertPasses(out);
        assertThat(uplink.sent()).containsExactly(out);
        fromLan(frame(mac(1), mac(99), 2));
        assertThat(vm.sentNumbers()).containsExactly(2);
        assertThat(network.keepsApart()).isFalse();
        assertUntouched();
    }

    @Test
    void anUplinkThatIsLostComesBackInTheNewVlans() throws Exception {
        open(mac(1).toString(), Guards.USUAL);
        uplink.tellLost("test");
        port.guard(guards(Isolation.NONE, new VlanPolicy.Access(20), new IpPolicy.Any()));
        rig.turnAfter(SECOND);
        rig.turnAfter(SECOND);
        assertThat(network.lossOf(port)).isNull();
        assertThat(lan.uplinks()).hasSize(2);
        assertThat(lan.uplinks().getLast().vlans()).isEqualTo(new VlanPolicy.Access(20));
    }

    @Test
    void leasesAreKeptWhereAddressesAreJudgedAsBefore() throws Exception {
        open();
        lease(7, 6000);
        Isolation alone = new Isolation(true, List.of());
        Guards other =
                new Guards(
                        alone,
                        ANY_VLAN,
                        new Guards.Limits(9, 0, 0, 0, 0, 0),
                        new IpPolicy.Leased(),
                        Set.of());
        port.guard(other);
        assertPasses(packet(HAS));
        assertUntouched();

        port.guard(guards(alone, new VlanPolicy.Access(20), new IpPolicy.Leased()));
        uplink = lan.uplinks().getLast();
        rig.poller.follow(uplink);
        assertThat(port.leases()).as("they were of another VLAN").isEmpty();
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
    }

    @Test
    void addressesAreJudgedOtherwiseAtOnce() throws Exception {
        open(VM.toString(), Guards.USUAL);
        assertPasses(packet(HAS), packet("10.0.0.8"));
        port.guard(guards(Isolation.NONE, ANY_VLAN, only(HAS)));
        assertPasses(packet(HAS));
        assertDropped(DropCause.IP_SOURCE, packet("10.0.0.8"));
        port.guard(guards(Isolation.NONE, ANY_VLAN, only("10.0.0.8")));
        assertPasses(packet("10.0.0.8"));
        assertDropped(DropCause.IP_SOURCE, packet(HAS));
        port.guard(guards(Isolation.NONE, ANY_VLAN, new IpPolicy.Leased()));
        assertThat(uplink.isKeptApart()).isTrue();
        lease(7, 60);
        assertPasses(packet(HAS));
        Learnt known = port.policy().learnt();
        assertThat(known.leases()).hasSize(1);
        port.guard(Guards.USUAL);
        assertThat(port.policy().learnt()).isEqualTo(Learnt.NOTHING);
        assertPasses(packet("10.0.0.8"));
        assertUntouched();
    }

    @Test
    void theNextDaemonIsToldOfWhatIsForgotten() throws Exception {
        open();
        lease(7, 60);
        int[] told = {0};
        port.policy().whenLearning(() -> told[0]++);
        port.guard(Guards.USUAL);
        assertThat(told[0]).isEqualTo(1);
    }

    @Test
    void otherPortsAreNotTouched() throws Exception {
        open(mac(2).toString(), Guards.USUAL);
        Port other = port;
        FakeVmLink otherVm = vm;
        open(mac(1).toString(), Guards.USUAL);
        otherVm.room(1);
        fromLan(other, frames(mac(2), mac(99), 0, 9));

        port.guard(guards(Isolation.NONE, new VlanPolicy.Access(20), new IpPolicy.Any()));

        otherVm.room(99);
        rig.turn();
        fromLan(other, frames(mac(2), mac(99), 9, 9));
        assertThat(otherVm.sentNumbers()).hasSize(18).isSorted();
        assertThat(other.toVm().drops()).isZero();
        assertThat(lan.uplinks().getFirst().closes()).isZero();
    }
}
