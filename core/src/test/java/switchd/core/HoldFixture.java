package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// A VM with room for two frames, its uplink, and another VM on the same bridge.
abstract class HoldFixture {
    final Rig rig = new Rig();
    final FakeLan lan = new FakeLan(Rig.MTU, true);
    final BridgedNetwork network = rig.bridged(lan);
    Port a;
    FakeVmLink vm;
    FakeUplink uplink;
    FakeVmLink other;

    @BeforeEach
    void aVmWithRoomForTwo() throws SwitchdException {
        a = rig.port(network, "a", mac(1).toString());
        vm = rig.vm(a, network);
        uplink = lan.uplinks().getFirst();
        rig.poller.follow(uplink);
        other = rig.vm(rig.port(network, "b", mac(2).toString()), network);
        vm.give(frame(mac(9), mac(1), 0));
        rig.turn(); // so that a's address is known to the network
        vm.room(2);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /// The VM comes again behind a socket whose kernel does not tell that there is room.
    void attachVmThatDoesNotTellRoom() throws SyscallException {
        a.detach("another kind of link");
        vm = rig.attach(a, new FakeVmLink("a.sock", network.slots(), false));
        vm.give(frame(mac(9), mac(1), 0));
        rig.turn();
    }

    /// Turns until all that the other VM has sent is taken.
    void takeFromOther() throws SyscallException {
        do {
            rig.turn();
        } while (other.isReadable());
    }

    byte[][] fromLan(int first, int count) {
        return frames(mac(1), mac(9), first, count);
    }

    void assertSent(int count) {
        assertThat(vm.sentNumbers()).isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
        assertThat(a.toVm().frames()).isEqualTo(count);
    }
}
