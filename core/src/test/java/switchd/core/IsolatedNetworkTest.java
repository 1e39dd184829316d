package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeVmLink;

final class IsolatedNetworkTest {
    private static final MacAddress MULTICAST = MacAddress.parse("33:33:0:0:0:1");

    private final Rig rig = new Rig();
    private final IsolatedNetwork network = rig.isolated();
    private Port a;
    private Port b;
    private Port c;
    private FakeVmLink vmA;
    private FakeVmLink vmB;
    private FakeVmLink vmC;

    @BeforeEach
    void threeVms() throws SwitchdException {
        a = rig.port(network, "a", "any");
        b = rig.port(network, "b", "any");
        c = rig.port(network, "c", "any");
        vmA = rig.vm(a, network);
        vmB = rig.vm(b, network);
        vmC = rig.vm(c, network);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void portsAreKeptInTheOrderInWhichTheyJoined() {
        assertThat(network.ports()).containsExactly(a, b, c);
        assertThat(network.uplinkOf(a)).isNull();
    }

    @Test
    void aFrameForAnUnknownAddressGoesToAllOthers() throws SyscallException {
        vmA.give(frame(mac(2), mac(1), 1));
        rig.turn();
        assertThat(vmA.sent()).isEmpty();
        assertThat(vmB.sentNumbers()).containsExactly(1);
        assertThat(vmC.sentNumbers()).containsExactly(1);
        assertThat(a.toLan().frames()).as("counted once").isEqualTo(1);
    }

    @Test
    void aFrameForAGroupGoesToAllButItsSender() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 1), frame(MULTICAST, mac(2), 2));
        rig.turn();
        assertThat(vmA.sentNumbers()).containsExactly(1, 2);
        assertThat(vmB.sent()).isEmpty();
        assertThat(vmC.sentNumbers()).containsExactly(1, 2);
    }

    @Test
    void aKnownAddressIsReachedThroughItsPortOnly() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 1));
        rig.turn();
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(vmC.sentNumbers()).containsExactly(1);
        assertThat(b.toVm().frames()).isEqualTo(1);
        assertThat(b.toVm().bytes()).isEqualTo(60);
    }

    @Test
    void aMixedBatchKeepsItsOrderAtEveryPort() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 0));
        vmC.give(frame(BROADCAST, mac(3), 0));
        rig.turn();
        vmB.sent().clear();
        vmC.sent().clear();
        vmA.give(
                frame(mac(2), mac(1), 1),
                frame(mac(2), mac(1), 2),
                frame(mac(3), mac(1), 3),
                frame(BROADCAST, mac(1), 4),
                frame(mac(9), mac(1), 5),
                frame(mac(2), mac(1), 6),
                frame(mac(3), mac(1), 7));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(1, 2, 4, 5, 6);
        assertThat(vmC.sentNumbers()).containsExactly(3, 4, 5, 7);
        assertThat(a.toLan().frames()).isEqualTo(7);
    }

    @Test
    void anAddressThatMovesIsFollowed() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(5), 1));
        rig.turn();
        vmC.give(frame(BROADCAST, mac(5), 2));
        rig.turn();
        vmA.give(frame(mac(5), mac(1), 3));
        rig.turn();
        assertThat(vmB.sentNumbers()).containsExactly(2);
        assertThat(vmC.sentNumbers()).containsExactly(1, 3);
    }

    @Test
    void aFrameForWhereItComesFromIsDropped() throws SyscallException {
        vmA.give(frame(BROADCAST, mac(1), 1), frame(mac(1), mac(4), 2), frame(mac(1), mac(1), 3));
        rig.turn();
        assertThat(a.toLan().drops(DropCause.OWN_ECHO)).isEqualTo(2);
        assertThat(vmB.sentNumbers()).containsExactly(1);
    }

    @Test
    void anAddressIsForgottenAfterThreeHundredSeconds() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 1));
        rig.turn();
        rig.poller.advance(ForwardingTable.AGE_NANOS + 1);
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmC.sentNumbers()).as("flooded again").containsExactly(1, 2);
    }

    @Test
    void aDetachedVmsAddressesAreForgotten() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 1));
        rig.turn();
        b.detach("restart");
        FakeVmLink next = rig.vm(b, network);
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmC.sentNumbers()).containsExactly(1, 2);
        assertThat(next.sentNumbers()).containsExactly(2);
    }

    @Test
    void aPortThatLeavesIsDetachedAndForgotten() throws SyscallException {
        vmB.give(frame(BROADCAST, mac(2), 1));
        rig.turn();
        network.leave(b);
        assertThat(vmB.closes()).isEqualTo(1);
        assertThat(network.ports()).containsExactly(a, c);
        vmA.give(frame(mac(2), mac(1), 2));
        rig.turn();
        assertThat(vmC.sentNumbers()).containsExactly(1, 2);
        assertThat(b.toVm().frames()).isZero();
    }

    @Test
    void aPortThatHasLeftCanLeaveAgainWithoutHarmToOthers() {
        network.leave(a);
        network.leave(a);
        assertThat(network.ports()).containsExactly(b, c);
        assertThat(b.isAttached()).isTrue();
    }

    @Test
    void aVmLostWhileABatchIsFloodedDoesNotCostTheOthersAFrame() throws SyscallException {
        vmB.failSendAfter(1, Rig.failure(Errno.ECONNREFUSED));
        vmA.give(frames(BROADCAST, mac(1), 1, 4));
        rig.turn();
        assertThat(b.isAttached()).isFalse();
        assertThat(vmC.sentNumbers()).containsExactly(1, 2, 3, 4);
        assertThat(a.toLan().frames()).isEqualTo(4);
    }

    @Test
    void oneVmWithoutRoomDoesNotKeepTheOthersWaiting() throws SyscallException {
        vmB.room(0);
        vmA.give(frames(BROADCAST, mac(1), 1, 4));
        rig.turn();
        assertThat(vmC.sentNumbers()).containsExactly(1, 2, 3, 4);
        assertThat(b.isHolding()).isTrue();
    }

    @Test
    void closingLetsAllPortsGo() {
        network.close();
        network.close();
        assertThat(network.ports()).isEmpty();
        assertThat(rig.poller.registered()).isZero();
        assertThat(vmC.closes()).isEqualTo(1);
    }
}
