package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.Rig.failure;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeVmLink;
import switchd.core.testkit.Frames;

final class PortTest {
    private final Rig rig = new Rig();
    private final IsolatedNetwork network = rig.isolated();
    private Port a;
    private Port b;
    private FakeVmLink vmA;
    private FakeVmLink vmB;

    @BeforeEach
    void twoVms() throws SwitchdException {
        a = rig.port(network, "a", mac(1).toString());
        b = rig.port(network, "b", "auto");
        vmA = rig.vm(a, network);
        vmB = rig.vm(b, network);
        rig.events.clear();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aVmThatAttachesIsWatchedAndReported() throws SwitchdException {
        Port c = rig.port(network, "c", "auto");
        assertThat(c.isAttached()).isFalse();
        FakeVmLink vm = rig.vm(c, network);
        assertThat(c.isAttached()).isTrue();
        assertThat(rig.poller.wantsReadable(vm.fd())).isTrue();
        assertThat(rig.poller.wantsWritable(vm.fd())).isFalse();
        assertThat(rig.events).containsExactly(new PortEvent.Attached("c", "c.sock"));
    }

    @Test
    void aSecondVmIsRefusedUntilTheFirstIsDetached() throws SyscallException {
        FakeVmLink next = new FakeVmLink("next.sock", network.slots());
        assertThatIllegalStateException()
                .isThrownBy(() -> a.attach(next))
                .withMessageContaining("a has a VM already: a.sock");
        a.detach("asked to");
        a.attach(next);
        assertThat(a.isAttached()).isTrue();
    }

    @Test
    void aVmThatCannotBeWatchedIsNotAttached() {
        a.detach("asked to");
        rig.poller.failNextWatch(failure(Errno.ENOMEM));
        FakeVmLink next = new FakeVmLink("next.sock", network.slots());
        assertThatThrownBy(() -> a.attach(next)).isInstanceOf(SyscallException.class);
        assertThat(a.isAttached()).isFalse();
        assertThat(rig.events(PortEvent.Attached.class)).isEmpty();
    }

    @Test
    void detachingEndsTheWatchClosesTheLinkAndReportsOnce() {
        a.detach("asked to");
        a.detach("asked to again");
        assertThat(a.isAttached()).isFalse();
        assertThat(rig.poller.wantsReadable(vmA.fd())).isFalse();
        assertThat(rig.poller.registered()).isEqualTo(1);
        assertThat(vmA.closes()).isEqualTo(1);
        assertThat(rig.events).containsExactly(new PortEvent.Detached("a", "a.sock", "asked to"));
    }

    @Test
    void theNextVmGetsFramesAndTheCountersGoOn() throws SyscallException {
        vmB.give(frame(mac(1), mac(2), 1));
        rig.turn();
        a.detach("restart");
        FakeVmLink next = rig.vm(a, network);
        vmB.give(frame(BROADCAST, mac(2), 2));
        rig.turn();
        assertThat(vmA.sentNumbers()).containsExactly(1);
        assertThat(next.sentNumbers()).containsExactly(2);
        assertThat(a.toVm().frames()).isEqualTo(2);
    }

    @Test
    void aVmWhoseLinkFailsWhileReceivingIsDetached() throws SyscallException {
        vmA.give(frame(mac(2), mac(1), 1));
        vmA.failReceive(failure(Errno.ECONNRESET));
        rig.turn();
        rig.turn();
        assertThat(a.isAttached()).isFalse();
        assertThat(vmA.closes()).isEqualTo(1);
        assertThat(vmB.sentNumbers()).as("what came before the failure").containsExactly(1);
        assertThat(rig.events(PortEvent.Detached.class))
                .containsExactly(
                        new PortEvent.Detached(
                                "a", "a.sock", failure(Errno.ECONNRESET).getMessage()));
    }

    @Test
    void aVmWhoseLinkFailsWhileSendingIsDetachedAndTheRestIsCounted() throws SyscallException {
        vmA.failSendAfter(2, failure(Errno.ECONNREFUSED));
        vmB.give(Frames.frames(mac(1), mac(2), 1, 5));
        rig.turn();
        assertThat(vmA.sentNumbers()).containsExactly(1, 2);
        assertThat(a.isAttached()).isFalse();
        assertThat(a.toVm().frames()).isEqualTo(2);
        assertThat(a.toVm().drops(DropCause.DETACHED)).isEqualTo(3);
        assertThat(a.toVm().drops()).isEqualTo(3);
        assertThat(b.isAttached()).as("the sender").isTrue();
    }

    @Test
    void framesForAPortWithoutAVmAreDropped() throws SyscallException {
        a.detach("asked to");
        vmB.give(frame(BROADCAST, mac(2), 1), frame(mac(1), mac(2), 2));
        rig.turn();
        assertThat(a.toVm().drops(DropCause.DETACHED)).isEqualTo(2);
        assertThat(a.toVm().frames()).isZero();
        assertThat(b.toLan().frames()).isEqualTo(2);
    }

    @Test
    void aRefusedFrameIsCountedAndTheOthersGoOn() throws SyscallException {
        vmA.refuseLength(1000);
        vmB.give(
                frame(mac(1), mac(2), 1),
                frame(mac(1), mac(2), 2, 1000),
                frame(mac(1), mac(2), 3),
                frame(mac(1), mac(2), 4, 1000));
        rig.turn();
        assertThat(vmA.sentNumbers()).containsExactly(1, 3);
        assertThat(a.toVm().frames()).isEqualTo(2);
        assertThat(a.toVm().drops(DropCause.OVERSIZE)).isEqualTo(2);
    }

    @Test
    void forbiddenFramesAreWeededOutAndCountedByCause() throws SyscallException {
        vmA.give(
                frame(BROADCAST, mac(1), 1),
                frame(BROADCAST, mac(1), 2, 13),
                frame(BROADCAST, mac(9), 3),
                frame(BROADCAST, mac(1), 4, 14),
                frame(BROADCAST, mac(1), 5, Rig.MTU + 19),
                frame(BROADCAST, mac(1), 6, Rig.MTU + 18),
                frame(BROADCAST, BROADCAST, 7));
        rig.turn();
        assertThat(vmB.sent()).extracting(sent -> sent.length).containsExactly(60, 14, 1518);
        assertThat(a.toLan().frames()).isEqualTo(3);
        assertThat(a.toLan().bytes()).isEqualTo(60 + 14 + 1518);
        assertThat(a.toLan().drops(DropCause.RUNT)).isEqualTo(1);
        assertThat(a.toLan().drops(DropCause.OVERSIZE)).isEqualTo(1);
        assertThat(a.toLan().drops(DropCause.FOREIGN_SOURCE)).isEqualTo(2);
    }

    @Test
    void aForeignSourceIsToldOncePerAttachWithBothAddresses() throws SyscallException {
        vmA.give(Frames.frames(BROADCAST, mac(9), 1, 70));
        rig.turn();
        vmA.give(frame(BROADCAST, mac(8), 1));
        rig.turn();
        assertThat(rig.events).containsExactly(new PortEvent.ForeignSource("a", mac(9), mac(1)));
        assertThat(a.foreignSource()).isEqualTo(mac(9));
        assertThat(a.hasSent()).isFalse();
        a.detach("restart");
        rig.vm(a, network).give(frame(BROADCAST, mac(7), 1));
        rig.turn();
        assertThat(rig.events(PortEvent.ForeignSource.class))
                .containsExactly(
                        new PortEvent.ForeignSource("a", mac(9), mac(1)),
                        new PortEvent.ForeignSource("a", mac(7), mac(1)));
    }

    @Test
    void aFloodingVmIsServedInBoundedBursts() throws SyscallException {
        vmA.repeat(frame(BROADCAST, mac(1), 1), 10_000);
        vmB.give(frame(BROADCAST, mac(2), 2));
        rig.turn();
        assertThat(a.toLan().frames()).isEqualTo(FrameBatch.CAPACITY);
        assertThat(b.toLan().frames()).isEqualTo(1);
    }
}
