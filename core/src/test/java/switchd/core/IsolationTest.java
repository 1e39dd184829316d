package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// Who may talk to whom on one network.
final class IsolationTest {
    private static final Isolation ALONE = new Isolation(true, List.of());

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);

    @AfterEach
    void close() {
        rig.close();
    }

    private static Isolation in(String... groups) {
        return new Isolation(false, List.of(groups));
    }

    private FakeVmLink vm(int number, Isolation isolation) throws SwitchdException {
        Guards guards = new Guards(isolation, new VlanPolicy.Any(), Guards.Limits.NONE, Set.of());
        return rig.vm(rig.port(network, "p" + number, mac(number).toString(), guards), network);
    }

    @Test
    void theRule() {
        assertThat(Isolation.NONE.allows(Isolation.NONE)).isTrue();
        assertThat(ALONE.allows(Isolation.NONE)).isFalse();
        assertThat(Isolation.NONE.allows(ALONE)).isFalse();
        assertThat(ALONE.allows(ALONE)).isFalse();
        assertThat(in("x", "y").allows(in("z", "y"))).isTrue();
        assertThat(in("x").allows(in("y"))).isFalse();
        assertThat(in("x").allows(Isolation.NONE)).isFalse();
        assertThat(Isolation.NONE.allows(in("x"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Isolation(true, List.of("x")));
    }

    @Test
    void anIsolatedPortReachesTheUplinkOnly() throws Exception {
        FakeVmLink open = vm(1, Isolation.NONE);
        FakeVmLink alone = vm(2, ALONE);
        FakeUplink uplink = lan.uplinks().get(1);
        rig.poller.follow(uplink);
        alone.give(frame(BROADCAST, mac(2), 1), frame(mac(1), mac(2), 2), frame(mac(9), mac(2), 3));
        open.give(frame(mac(2), mac(1), 4), frame(mac(2), mac(1), 5));
        uplink.give(frame(mac(2), mac(9), 6));
        rig.turn();
        assertThat(uplink.sentNumbers()).containsExactly(1, 3);
        assertThat(open.sent()).isEmpty();
        assertThat(alone.sentNumbers()).containsExactly(6);
        Port first = network.ports().get(0);
        Port second = network.ports().get(1);
        assertThat(second.toLan().drops(DropCause.ISOLATED)).isEqualTo(1);
        assertThat(first.toLan().drops(DropCause.ISOLATED)).isEqualTo(2);
        assertThat(rig.events(PortEvent.Guarded.class))
                .extracting(PortEvent::port)
                .containsExactlyInAnyOrder("p1", "p2");
    }

    @Test
    void theBridgePassesNothingBetweenUplinksOnceAPortIsRestricted() throws Exception {
        FakeVmLink a = vm(1, Isolation.NONE);
        FakeVmLink b = vm(2, Isolation.NONE);
        a.give(frame(BROADCAST, mac(1), 1));
        rig.turn();
        assertThat(b.sent()).as("the bridge sees to it").isEmpty();
        assertThat(lan.uplinks()).noneMatch(FakeUplink::isKeptApart);
        FakeVmLink alone = vm(3, ALONE);
        assertThat(lan.uplinks()).hasSize(3).allMatch(FakeUplink::isKeptApart);
        FakeVmLink later = vm(4, Isolation.NONE);
        assertThat(lan.uplinks().get(3).isKeptApart()).isTrue();
        a.give(frame(BROADCAST, mac(1), 2));
        rig.turn();
        assertThat(b.sentNumbers()).as("from port to port now").containsExactly(2);
        assertThat(later.sentNumbers()).containsExactly(2);
        assertThat(alone.sent()).isEmpty();
        assertThat(lan.uplinks().getFirst().sentNumbers()).containsExactly(1, 2);
    }

    @Test
    void portsTalkWithinTheirGroups() throws Exception {
        FakeVmLink front = vm(1, in("front"));
        FakeVmLink both = vm(2, in("front", "back"));
        FakeVmLink back = vm(3, in("back"));
        front.give(frame(BROADCAST, mac(1), 1), frame(mac(2), mac(1), 2), frame(mac(3), mac(1), 3));
        rig.turn();
        assertThat(both.sentNumbers()).containsExactly(1, 2);
        assertThat(back.sent()).isEmpty();
        assertThat(network.ports().getFirst().toLan().drops(DropCause.ISOLATED)).isEqualTo(1);
        assertThat(lan.uplinks()).allMatch(FakeUplink::isKeptApart);
    }

    @Test
    void anUplinkThatIsOpenedAgainIsKeptApartAndInItsVlan() throws Exception {
        VlanPolicy vlans = new VlanPolicy.Access(20);
        Guards guards = new Guards(ALONE, vlans, Guards.Limits.NONE, Set.of());
        rig.port(network, "a", "any", guards);
        lan.uplinks().getFirst().tellLost("test");
        rig.turnAfter(1_000_000_000); // the old one is closed
        rig.turnAfter(1_000_000_000);
        assertThat(lan.uplinks()).hasSize(2);
        assertThat(lan.uplinks().getLast().isKeptApart()).isTrue();
        assertThat(lan.uplinks().getLast().vlans()).isEqualTo(vlans);
    }

    @Test
    void aNicConnectsNothingAndIsLeftAlone() throws Exception {
        FakeLan nic = new FakeLan(Rig.MTU, false);
        BridgedNetwork behind = rig.bridged(nic);
        Guards guards = new Guards(ALONE, new VlanPolicy.Any(), Guards.Limits.NONE, Set.of());
        rig.port(behind, "a", "any", guards);
        assertThat(nic.uplinks()).noneMatch(FakeUplink::isKeptApart);
    }
}
