package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;
import switchd.core.testkit.Frames;

/// Ports with VLANs: what passes, in which form, at its VM, on the uplink and at other ports.
final class VlanTest {
    private static final int TAG = 0x8100;
    private static final int PRIORITY = 0xa000;

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, false);
    private final BridgedNetwork network = rig.bridged(lan);

    @AfterEach
    void close() {
        rig.close();
    }

    private Port port(Network on, String name, VlanPolicy vlans) throws SwitchdException {
        Guards guards = new Guards(Isolation.NONE, vlans, Guards.Limits.NONE, Set.of());
        return rig.port(on, name, "any", guards);
    }

    private static VlanPolicy trunk(Integer... ids) {
        return new VlanPolicy.Trunk(List.of(ids));
    }

    private FakeUplink uplink(int i) {
        FakeUplink uplink = lan.uplinks().get(i);
        rig.poller.follow(uplink);
        return uplink;
    }

    @Test
    void anAccessPortTagsOnTheUplinkAndUntagsAtTheVm() throws Exception {
        Port port = port(network, "a", new VlanPolicy.Access(20));
        FakeVmLink vm = rig.vm(port, network);
        FakeUplink uplink = uplink(0);
        byte[] out = frame(mac(9), mac(1), 1, 1514);
        byte[] in = frame(mac(1), mac(9), 2, 1514);
        vm.give(out);
        uplink.give(tagged(in, TAG, 20), tagged(frame(mac(1), mac(9), 3), TAG, PRIORITY | 20));
        rig.turn();
        assertThat(uplink.sent()).containsExactly(tagged(out, TAG, 20));
        assertThat(vm.sent()).containsExactly(in, frame(mac(1), mac(9), 3));
        assertThat(uplink.vlans()).isEqualTo(new VlanPolicy.Access(20));
        assertThat(port.toLan().bytes()).isEqualTo(1518);
        assertThat(port.toVm().bytes()).isEqualTo(1514 + 60);
    }

    @Test
    void anAccessPortDropsEveryOtherTagBothWays() throws Exception {
        Port port = port(network, "a", new VlanPolicy.Access(20));
        FakeVmLink vm = rig.vm(port, network);
        FakeUplink uplink = uplink(0);
        byte[] out = frame(mac(9), mac(1), 1);
        byte[] in = frame(mac(1), mac(9), 1);
        vm.give(tagged(out, TAG, 20), tagged(out, TAG, 30), tagged(out, 0x88a8, 20));
        vm.give(tagged(out, 0x9200, 20), tagged(out, 0x9300, 20));
        vm.give(tagged(tagged(out, TAG, 30), TAG, 0));
        uplink.give(in, tagged(in, TAG, 30), tagged(in, TAG, 0), tagged(in, 0x9100, 20));
        uplink.give(tagged(in, 0x9200, 20), tagged(in, 0x9300, 20));
        uplink.give(tagged(tagged(in, TAG, 30), TAG, 20));
        rig.turn();
        assertThat(uplink.sent()).isEmpty();
        assertThat(vm.sent()).isEmpty();
        assertThat(port.toLan().drops(DropCause.FOREIGN_VLAN)).isEqualTo(6);
        assertThat(port.toVm().drops(DropCause.FOREIGN_VLAN)).isEqualTo(7);
        assertThat(rig.events(PortEvent.Guarded.class))
                .as("the VM's first, once; other VLANs of the LAN are no news")
                .singleElement()
                .returns(DropCause.FOREIGN_VLAN, PortEvent.Guarded::cause)
                .returns(Direction.TO_LAN, PortEvent.Guarded::direction);
    }

    @Test
    void anAccessPortKeepsAPriority() throws Exception {
        FakeVmLink vm = rig.vm(port(network, "a", new VlanPolicy.Access(20)), network);
        FakeUplink uplink = uplink(0);
        byte[] out = frame(mac(9), mac(1), 1);
        vm.give(tagged(out, TAG, PRIORITY));
        rig.turn();
        assertThat(uplink.sent()).containsExactly(tagged(out, TAG, PRIORITY | 20));
    }

    @ParameterizedTest
    @CsvSource({"1514, 1518, 0", "1515, 0, 1", "14, 18, 0"})
    void aTagMustFit(int length, int sent, int dropped) throws Exception {
        Port port = port(network, "a", new VlanPolicy.Access(20));
        FakeVmLink vm = rig.vm(port, network);
        vm.give(frame(mac(9), mac(1), 1, length));
        rig.turn();
        assertThat(port.toLan().bytes()).isEqualTo(sent);
        assertThat(port.toLan().drops(DropCause.OVERSIZE)).isEqualTo(dropped);
    }

    @Test
    void aTrunkPassesItsVlansAsTheyAre() throws Exception {
        Port port = port(network, "a", trunk(10, 20));
        FakeVmLink vm = rig.vm(port, network);
        FakeUplink uplink = uplink(0);
        byte[] out = frame(mac(9), mac(1), 1, 1514);
        byte[] in = frame(mac(1), mac(9), 1, 1514);
        vm.give(tagged(out, TAG, 10), tagged(out, TAG, 20), tagged(out, TAG, 30), out);
        uplink.give(tagged(in, TAG, 20), in, tagged(in, TAG, 0));
        rig.turn();
        assertThat(uplink.sent()).containsExactly(tagged(out, TAG, 10), tagged(out, TAG, 20));
        assertThat(vm.sent()).containsExactly(tagged(in, TAG, 20));
        assertThat(port.toLan().drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);
        assertThat(port.toVm().drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);
    }

    @Test
    void zeroStandsForUntaggedFrames() throws Exception {
        Port plain = port(network, "a", new VlanPolicy.Access(0));
        Port both = port(network, "b", trunk(0, 20));
        byte[] out = frame(mac(9), mac(1), 1);
        for (Port port : List.of(plain, both)) {
            FakeVmLink vm = rig.vm(port, network);
            vm.give(out, tagged(out, TAG, 20), tagged(out, TAG, 30));
            rig.turn();
        }
        assertThat(uplink(0).sent()).containsExactly(out);
        assertThat(uplink(1).sent()).containsExactly(out, tagged(out, TAG, 20));
    }

    @Test
    void portsOfOneNetworkMeetInTheirVlanOnly() throws Exception {
        IsolatedNetwork alone = rig.isolated();
        FakeVmLink a = rig.vm(port(alone, "a", new VlanPolicy.Access(20)), alone);
        FakeVmLink b = rig.vm(port(alone, "b", new VlanPolicy.Access(20)), alone);
        FakeVmLink other = rig.vm(port(alone, "c", new VlanPolicy.Access(30)), alone);
        FakeVmLink trunk = rig.vm(port(alone, "d", trunk(20, 30)), alone);
        FakeVmLink all = rig.vm(port(alone, "e", new VlanPolicy.Any()), alone);
        byte[] hello = frame(BROADCAST, mac(1), 1);
        a.give(hello);
        rig.turn();
        assertThat(b.sent()).containsExactly(hello);
        assertThat(other.sent()).isEmpty();
        assertThat(trunk.sent())
                .as("after b has had it untagged")
                .containsExactly(tagged(hello, TAG, 20));
        assertThat(all.sent()).containsExactly(tagged(hello, TAG, 20));
        byte[] answer = frame(mac(1), mac(4), 2);
        trunk.give(tagged(answer, TAG, 20), tagged(frame(mac(1), mac(4), 3), TAG, 30));
        rig.turn();
        assertThat(a.sent()).containsExactly(answer);
        assertThat(other.sent()).as("its VLAN, flooded").containsExactly(frame(mac(1), mac(4), 3));
    }

    @Test
    void whatIsNoVlanIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new VlanPolicy.Access(4095));
        assertThatIllegalArgumentException().isThrownBy(() -> trunk(1, -1));
    }

    @Test
    void aTagComesAndGoesInPlace() {
        byte[] frame = frame(mac(2), mac(1), 7, 60);
        FrameBatch batch = Frames.batch(Rig.MTU, frame);
        int payload = batch.offset(0) + 12;
        batch.insertTag(0, TAG << 16 | 20);
        assertThat(Frames.bytes(batch, 0)).isEqualTo(tagged(frame, TAG, 20));
        assertThat(batch.offset(0) + 16).as("the payload stays").isEqualTo(payload);
        batch.removeTag(0);
        assertThat(Frames.bytes(batch, 0)).isEqualTo(frame);
        batch.restoreTag(0);
        assertThat(Frames.bytes(batch, 0)).isEqualTo(tagged(frame, TAG, 20));
    }
}
