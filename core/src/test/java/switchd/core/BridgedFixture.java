package switchd.core;

import static switchd.core.testkit.Frames.mac;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// Two VMs on a bridge: `a` whose address is not known yet, `b` with a fixed one.
abstract class BridgedFixture {
    final Rig rig = new Rig();
    final FakeLan lan = new FakeLan(Rig.MTU, true);
    final BridgedNetwork network = rig.bridged(lan);
    Port a;
    Port b;
    FakeVmLink vmA;
    FakeVmLink vmB;
    FakeUplink upA;
    FakeUplink upB;

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
}
