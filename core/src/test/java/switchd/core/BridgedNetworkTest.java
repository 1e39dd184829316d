package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.Rig.failure;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

final class BridgedNetworkTest {
    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);
    private Port a;
    private Port b;
    private FakeVmLink vmA;
    private FakeVmLink vmB;
    private FakeUplink upA;
    private FakeUplink upB;

    @BeforeEach
    void twoVms() throws SwitchdException {
        a = rig.port(network, "a", "auto");
        b = rig.port(network, "b", mac(2).toString());
        vmA = rig.vm(a, network);
        vmB = rig.vm(b, network);
        upA = lan.uplinks().get(0);
        upB = lan.uplinks().get(1);
        rig.poller.follow(upA);
        rig.poller.follow(upB);
        rig.events.clear();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void everyPortHasAnUplinkOfItsOwn() {
        assertThat(network.name()).isEqualTo("fake0");
        assertThat(network.uplinkOf(a)).isEqualTo(upA.interfaceName());
        assertThat(network.uplinkOf(b)).isEqualTo(upB.interfaceName());
    }

    @Test
    void whatIsForNoPortGoesToTheSendersUplink() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1), frame(BROADCAST, mac(1), 2));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(1, 2);
        assertThat(upB.sent()).isEmpty();
        assertThat(vmB.sent()).as("the bridge takes groups to it").isEmpty();
        assertThat(a.toLan().frames()).isEqualTo(2);
    }

    @Test
    void whatTheUplinkReceivesGoesToItsVm() throws SyscallException {
        upB.give(
                frame(mac(2), mac(9), 1),
                frame(BROADCAST, mac(9), 2),
                frame(mac(2), mac(9), 3, 13));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(1, 2);
        assertThat(vmA.sent()).isEmpty();
        assertThat(b.toVm().drops(DropCause.RUNT)).isEqualTo(1);
    }

    @Test
    void unicastBetweenPortsDoesNotPassTheUplink() throws SyscallException {
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(upA.sent()).isEmpty();
        assertThat(a.toLan().frames()).isEqualTo(1);
        assertThat(b.toVm().frames()).isEqualTo(1);
    }

    @Test
    void aFullUplinkCountsDrops() throws SyscallException {
        upA.room(2);
        vmA.give(frames(mac(9), mac(1), 1, 5));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(1, 2);
        assertThat(a.toLan().frames()).isEqualTo(2);
        assertThat(a.toLan().drops(DropCause.UPLINK_FULL)).isEqualTo(3);
    }

    @Test
    void aFrameThatTheUplinkRefusesIsCountedAndTheOthersGoOn() throws SyscallException {
        upA.refuseLength(1000);
        vmA.give(
                frame(mac(9), mac(1), 1, 1000), frame(mac(9), mac(1), 2), frame(mac(9), mac(1), 3));
        rig.turn();
        assertThat(upA.sentNumbers()).containsExactly(2, 3);
        assertThat(a.toLan().drops(DropCause.OVERSIZE)).isEqualTo(1);
        assertThat(a.toLan().drops()).isEqualTo(1);
    }

    @Test
    void anUplinkLostWhileSendingKeepsTheVmAndIsReportedOnce() throws SyscallException {
        upA.failSendAfter(1, failure(Errno.ENETDOWN));
        vmA.give(frames(mac(9), mac(1), 1, 3));
        rig.turn();
        vmA.give(frames(mac(9), mac(1), 4, 2));
        rig.turn();
        assertThat(a.isAttached()).isTrue();
        assertThat(upA.sentNumbers()).containsExactly(1);
        assertThat(a.toLan().drops(DropCause.UPLINK_FULL)).isEqualTo(4);
        assertThat(upA.closes()).isPositive();
        assertThat(rig.poller.wantsReadable(upA.fd())).isFalse();
        assertThat(rig.events)
                .containsExactly(
                        new PortEvent.UplinkLost(
                                "a", upA.interfaceName(), failure(Errno.ENETDOWN).getMessage()));
    }

    @Test
    void anUplinkLostWhileReceivingKeepsTheVmAndPortToPortTraffic() throws SyscallException {
        upA.failReceive(failure(Errno.ENXIO));
        rig.turn();
        assertThat(rig.events(PortEvent.UplinkLost.class)).hasSize(1);
        assertThat(a.isAttached()).isTrue();
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        a.detach("restart");
        network.leave(a);
        assertThat(rig.events(PortEvent.UplinkLost.class)).hasSize(1);
    }

    @Test
    void theFilterFollowsTheVmsAddress() throws SyscallException {
        Reception groups = new Reception.Groups();
        Reception first = new Reception.Vm(mac(1));
        assertThat(upA.receptions()).containsExactly(groups);
        assertThat(upB.receptions()).containsExactly(new Reception.Vm(mac(2)));
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(upA.receptions()).containsExactly(groups, first);
        a.detach("restart");
        assertThat(upA.receptions()).containsExactly(groups, first, groups);
        rig.vm(a, network).give(frame(mac(9), mac(7), 1));
        rig.turn();
        assertThat(upA.receptions()).endsWith(groups, new Reception.Vm(mac(7)));
    }

    @Test
    void aFilterThatTheKernelRefusesLosesTheUplink() throws SyscallException {
        upA.failAccept(failure(Errno.ENOMEM));
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(rig.events(PortEvent.UplinkLost.class)).hasSize(1);
        assertThat(a.toLan().drops(DropCause.UPLINK_FULL)).isEqualTo(1);
        assertThat(a.isAttached()).isTrue();
    }

    @Test
    void anUplinkLostInTheMiddleOfItsBurstsIsNotReadAgain() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        vmA.failSendAfter(0, failure(Errno.ECONNREFUSED));
        upA.failAccept(failure(Errno.ENOMEM));
        upA.give(frames(mac(1), mac(9), 1, 100));
        rig.turn(); // the VM is lost, the filter that this asks for is refused: the uplink is
        // closed
        assertThat(rig.events(PortEvent.UplinkLost.class))
                .containsExactly(
                        new PortEvent.UplinkLost(
                                "a", upA.interfaceName(), failure(Errno.ENOMEM).getMessage()));
        assertThat(upA.usesAfterClose()).isZero();
    }

    @Test
    void theVmsOwnFrameComingBackIsDropped() throws SyscallException {
        upB.give(frame(BROADCAST, mac(2), 1), frame(BROADCAST, mac(9), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(b.toVm().drops(DropCause.OWN_ECHO)).isEqualTo(1);
    }

    @Test
    void leavingClosesTheUplinkAndKeepsTheOthersApart() throws SyscallException {
        network.leave(a);
        network.leave(a);
        assertThat(upA.closes()).isPositive();
        assertThat(vmA.closes()).isEqualTo(1);
        assertThat(rig.poller.registered()).isEqualTo(2);
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        assertThat(upB.sentNumbers()).containsExactly(1);
        assertThat(network.uplinkOf(b)).isEqualTo(upB.interfaceName());
    }

    @Test
    void aFailedOpeningLeavesNothing() {
        lan.failNextOpen(failure(Errno.EBUSY));
        assertJoinLeavesNothing();
        assertThat(lan.uplinks()).hasSize(2);
    }

    @Test
    void aRefusedFilterAtTheStartLeavesNothing() {
        lan.prepare(uplink -> uplink.failAccept(failure(Errno.ENOMEM)));
        assertJoinLeavesNothing();
        assertThat(lan.uplinks().getLast().closes()).isEqualTo(1);
    }

    @Test
    void anUplinkThatCannotBeWatchedLeavesNothing() {
        rig.poller.failNextWatch(failure(Errno.ENOSPC));
        assertJoinLeavesNothing();
        assertThat(lan.uplinks().getLast().closes()).isEqualTo(1);
    }

    private void assertJoinLeavesNothing() {
        Port c = rig.newPort(network, "c", "auto");
        assertThatThrownBy(() -> network.join(c)).isInstanceOf(SyscallException.class);
        assertThat(network.ports()).containsExactly(a, b);
        assertThat(rig.poller.registered()).isEqualTo(4);
    }
}
