package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeVmLink;

/// The address that a port takes for its VM's is the VM's for the next daemon, too.
final class LearntTest {
    private static final Learnt KNOWN = new Learnt(mac(1), List.of(), List.of());

    private final Rig rig = new Rig();
    private final BridgedNetwork network = rig.bridged(new FakeLan(Rig.MTU, true));

    @AfterEach
    void close() {
        rig.close();
    }

    private Port port(String macPolicy) throws SwitchdException {
        return rig.port(network, "a", macPolicy, Guards.USUAL);
    }

    private void send(FakeVmLink vm, MacAddress source) throws SyscallException {
        vm.give(frame(BROADCAST, source, 60));
        rig.turn();
    }

    @Test
    void theFirstAddressIsToldOnce() throws Exception {
        Port port = port("auto");
        AtomicInteger told = new AtomicInteger();
        port.policy().whenLearning(told::incrementAndGet);
        FakeVmLink vm = rig.vm(port, network);
        send(vm, mac(1));
        send(vm, mac(1));
        send(vm, mac(2));
        assertThat(told).hasValue(1);
        assertThat(port.policy().learnt()).isEqualTo(KNOWN);
    }

    @Test
    void anotherAddressDoesNotTakeOver() throws Exception {
        Port port = port("auto");
        FakeVmLink vm = rig.vm(port, network);
        port.recall(KNOWN);
        send(vm, mac(2));
        assertThat(port.toLan().drops(DropCause.FOREIGN_SOURCE)).isEqualTo(1);
        send(vm, mac(1));
        assertThat(port.toLan().frames()).isEqualTo(1);
        port.detach("test");
        vm = rig.vm(port, network);
        send(vm, mac(2));
        assertThat(port.toLan().frames()).as("of another VM").isEqualTo(2);
    }

    @Test
    void whatTheOperatorSaysGoesBefore() throws Exception {
        Port fixed = port(mac(2).toString());
        FakeVmLink vm = rig.vm(fixed, network);
        fixed.recall(KNOWN);
        send(vm, mac(1));
        send(vm, mac(2));
        assertThat(fixed.toLan().drops(DropCause.FOREIGN_SOURCE)).isEqualTo(1);
        assertThat(fixed.toLan().frames()).isEqualTo(1);
        assertThat(fixed.policy().learnt()).isEqualTo(Learnt.NOTHING);
    }
}
