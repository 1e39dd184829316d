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

    /// It is closed in the next turn.
    private void lose(FakeUplink uplink, String reason) throws SyscallException {
        uplink.tellLost(reason);
        rig.turnAfter(MILLI);
        assertThat(uplink.closes()).isPositive();
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

    /// Each keeps the kernel busy for milliseconds, and frames of other ports wait meanwhile.
    @Test
    void oneIsClosedOrOpenedInATurn() throws SwitchdException {
        for (int i = 0; i < 18; i++) {
            rig.port(network, "more" + i, "auto");
        }
        List<FakeUplink> lost = List.copyOf(lan.uplinks());
        lost.forEach(uplink -> uplink.tellLost("gone"));
        for (int turn = 1; turn <= 40; turn++) {
            rig.turnAfter(MILLI);
            long closed = lost.stream().filter(uplink -> uplink.closes() > 0).count();
            assertThat(closed + lan.uplinks().size() - 20).isEqualTo(turn);
        }
        assertThat(network.ports()).extracting(network::lossOf).containsOnlyNulls();
        assertThat(rig.events(PortEvent.UplinkBack.class))
                .hasSize(20)
                .allMatch(back -> back.outageNanos() >= 10 * MILLI)
                .last()
                .extracting(PortEvent.UplinkBack::outageNanos)
                .isEqualTo(40 * MILLI);
    }

    /// As the kernel takes its time to make one.
    @Test
    void theOutageLastsUntilTheNewOneIsThere() throws SyscallException {
        upA.tellLost("gone");
        lan.prepare(_ -> rig.poller.advance(15 * MILLI));
        rig.turn();
        rig.turnAfter(10 * MILLI);
        assertThat(network.outagesOf(a)).isEqualTo(new Outages(1, 25 * MILLI, 25 * MILLI));
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
        lose(upA, "once");
        rig.turnAfter(9 * MILLI);
        lose(newest(), "twice");
        rig.turnAfter(9 * MILLI);
        assertThat(network.lossOf(a)).isEqualTo("twice");
        rig.turnAfter(10 * MILLI);
        assertThat(network.lossOf(a)).isNull();
        rig.turnAfter(11_000 * MILLI);
        lose(newest(), "much later");
        rig.turnAfter(9 * MILLI);
        assertThat(network.lossOf(a)).isNull();
        assertThat(network.repairs()).isEqualTo(3);
    }

    @Test
    void whatIsSaidOfTheFormerOneDoesNotCountAnyMore() throws SyscallException {
        lose(upA, "gone");
        rig.turnAfter(9 * MILLI);
        upA.tellLost("still gone");
        assertThat(network.lossOf(a)).isNull();
    }

    @Test
    void oneThatCannotBeWatchedLeavesNothingAndIsTriedAgain() throws SyscallException {
        lose(upA, "gone");
        rig.poller.failNextWatch(failure(Errno.ENOSPC));
        rig.turnAfter(9 * MILLI);
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
