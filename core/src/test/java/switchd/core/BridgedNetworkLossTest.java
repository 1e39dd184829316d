package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.Rig.failure;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.Test;

/// Uplinks that are lost, and those that never came about.
final class BridgedNetworkLossTest extends BridgedFixture {
    @Test
    void anUplinkLostWhileSendingKeepsTheVmAndIsReportedOnce() throws SyscallException {
        upA.failSendAfter(1, failure(Errno.ENETDOWN));
        vmA.give(frames(mac(9), mac(1), 1, 3));
        rig.turn();
        vmA.give(frames(mac(9), mac(1), 4, 2));
        rig.turn();
        assertThat(a.isAttached()).isTrue();
        assertThat(upA.sentNumbers()).containsExactly(1);
        assertThat(a.toLan().drops(DropCause.UPLINK_LOST)).isEqualTo(4);
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
    void aFilterThatTheKernelRefusesLosesTheUplink() throws SyscallException {
        upA.failAccept(failure(Errno.ENOMEM));
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(rig.events(PortEvent.UplinkLost.class)).hasSize(1);
        assertThat(a.toLan().drops(DropCause.UPLINK_LOST)).isEqualTo(1);
        assertThat(a.isAttached()).isTrue();
    }

    @Test
    void anUplinkThatTheHostSaysIsLostIsNotUsedAnyMore() throws SyscallException {
        upA.tellLost("feth0 is not in bridge1 any more");
        upA.tellLost("and again");
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        assertThat(network.lossOf(a)).isNotNull();
        assertThat(network.lossOf(b)).isNull();
        assertThat(a.isAttached()).isTrue();
        assertThat(a.toLan().drops(DropCause.UPLINK_LOST)).isEqualTo(1);
        assertThat(upA.usesAfterClose()).isZero();
        assertThat(rig.events(PortEvent.UplinkLost.class))
                .containsExactly(
                        new PortEvent.UplinkLost(
                                "a", upA.interfaceName(), "feth0 is not in bridge1 any more"));
    }

    @Test
    void anUplinkLostInTheMiddleOfItsBurstsIsNotReadAgain() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        vmA.failSendAfter(0, failure(Errno.ECONNREFUSED));
        upA.failAccept(failure(Errno.ENOMEM));
        upA.give(frames(mac(1), mac(9), 1, 100));
        // The VM is lost, and the filter that this asks for is refused: the uplink is closed.
        rig.turn();
        assertThat(rig.events(PortEvent.UplinkLost.class))
                .containsExactly(
                        new PortEvent.UplinkLost(
                                "a", upA.interfaceName(), failure(Errno.ENOMEM).getMessage()));
        assertThat(upA.usesAfterClose()).isZero();
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
