package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.Rig.failure;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeUplink;

/// Uplinks that are lost and come back.
final class BridgedNetworkReturnTest extends BridgedFixture {
    private static final long MILLI = 1_000_000;

    private FakeUplink newest() {
        FakeUplink newest = lan.uplinks().getLast();
        rig.poller.follow(newest);
        return newest;
    }

    @Test
    void aNewOneTakesThePlaceOfTheLostAndTheOutageIsTold() throws SyscallException {
        vmA.give(frame(mac(9), mac(1), 1));
        rig.turn();
        upA.tellLost("gone");
        vmA.give(frame(mac(9), mac(1), 2));
        rig.turn();
        assertThat(network.lossOf(a)).isEqualTo("gone");
        rig.turnAfter(10 * MILLI);

        FakeUplink again = newest();
        vmA.give(frame(mac(9), mac(1), 3));
        again.give(frame(mac(1), mac(9), 4));
        rig.turn();
        assertThat(again.sentNumbers()).containsExactly(3);
        assertThat(vmA.sentNumbers()).containsExactly(4);
        assertThat(again.receptions().getFirst()).isEqualTo(a.policy().reception());
        assertThat(network.lossOf(a)).isNull();
        assertThat(network.uplinkOf(a)).isEqualTo(again.interfaceName());
        assertThat(network.outagesOf(a)).isEqualTo(new Outages(1, 10 * MILLI, 10 * MILLI));
        assertThat(network.repairs()).isEqualTo(1);
        assertThat(a.toLan().drops(DropCause.UPLINK_LOST)).isEqualTo(1);
        assertThat(rig.events)
                .containsExactly(
                        new PortEvent.UplinkLost("a", upA.interfaceName(), "gone"),
                        new PortEvent.UplinkBack("a", again.interfaceName(), 10 * MILLI));
        assertThat(upA.usesAfterClose()).isZero();
        assertThat(lan.uplinks()).hasSize(3);
    }

    @Test
    void triesGetRarerAndAreNotTold() throws SyscallException {
        lan.refuseReturns(new HostException("no members yet"));
        upA.tellLost("gone");
        List<Integer> tries = new ArrayList<>();
        for (int millis = 1; millis <= 7000; millis++) {
            int before = lan.returns();
            rig.turnAfter(MILLI);
            if (lan.returns() > before) {
                tries.add(millis);
            }
        }
        assertThat(tries).containsExactly(10, 30, 70, 150, 310, 630, 1270, 2550, 4550, 6550);
        assertThat(network.lossOf(a)).isEqualTo("no members yet");
        assertThat(rig.events).hasSize(1);
        assertThat(lan.uplinks()).hasSize(2);
    }

    @Test
    void whatChangesAtTheLanHasItTriedAtOnce() throws SyscallException {
        lan.refuseReturns(new HostException("no members yet"));
        upA.tellLost("gone");
        for (int i = 0; i < 10; i++) {
            rig.turnAfter(2000 * MILLI);
        }
        rig.turnAfter(100 * MILLI);
        lan.refuseReturns(null);
        lan.change();
        rig.turn();
        assertThat(network.lossOf(a)).isNull();
    }

    @Test
    void oneThatIsLostAgainSoonIsTriedForLater() throws SyscallException {
        upA.tellLost("once");
        rig.turnAfter(10 * MILLI);
        newest().tellLost("twice");
        rig.turnAfter(10 * MILLI);
        assertThat(network.lossOf(a)).isEqualTo("twice");
        rig.turnAfter(10 * MILLI);
        assertThat(network.lossOf(a)).isNull();
        rig.turnAfter(11_000 * MILLI);
        newest().tellLost("much later");
        rig.turnAfter(10 * MILLI);
        assertThat(network.lossOf(a)).isNull();
        assertThat(network.repairs()).isEqualTo(3);
    }

    @Test
    void whatIsSaidOfTheFormerOneDoesNotCountAnyMore() throws SyscallException {
        upA.tellLost("gone");
        rig.turnAfter(10 * MILLI);
        upA.tellLost("still gone");
        assertThat(network.lossOf(a)).isNull();
    }

    @Test
    void oneThatCannotBeWatchedLeavesNothingAndIsTriedAgain() throws SyscallException {
        upA.tellLost("gone");
        rig.poller.failNextWatch(failure(Errno.ENOSPC));
        rig.turnAfter(10 * MILLI);
        assertThat(lan.uplinks().getLast().closes()).isPositive();
        assertThat(network.lossOf(a)).contains("ENOSPC");
        rig.turnAfter(20 * MILLI);
        assertThat(network.lossOf(a)).isNull();
        assertThat(rig.poller.registered()).isEqualTo(4);
    }

    @Test
    void aPortThatLeavesIsNotTriedForAnyMore() throws SyscallException {
        upA.tellLost("gone");
        network.leave(a);
        rig.turnAfter(100 * MILLI);
        lan.change();
        rig.turn();
        assertThat(lan.returns()).isZero();
        assertThat(lan.uplinks()).hasSize(2);
    }
}
