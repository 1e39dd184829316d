package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// A bridge, ports with guards on it, and their VMs.
abstract class GuardFixture {
    static final long SECOND = 1_000_000_000L;

    final Rig rig = new Rig();
    final FakeLan lan = new FakeLan(Rig.MTU, true);
    final BridgedNetwork network = rig.bridged(lan);

    /// The port that was opened last.
    @SuppressWarnings("NullAway.Init")
    Port port;

    /// Its VM.
    @SuppressWarnings("NullAway.Init")
    FakeVmLink vm;

    /// Its uplink.
    @SuppressWarnings("NullAway.Init")
    FakeUplink uplink;

    @AfterEach
    void close() {
        rig.close();
    }

    /// Opens a port, and has its VM attach.
    void open(String macPolicy, Guards guards) throws SwitchdException {
        port = port("p" + network.ports().size(), macPolicy, guards);
        uplink = lan.uplinks().getLast();
        vm = rig.vm(port, network);
    }

    /// A port without a VM.
    Port port(String name, String macPolicy, Guards guards) throws SwitchdException {
        Port made = rig.port(network, name, macPolicy, guards);
        rig.poller.follow(lan.uplinks().getLast());
        return made;
    }

    void fromLan(byte[]... frames) throws SyscallException {
        fromLan(port, frames);
    }

    void fromLan(Port to, byte[]... frames) throws SyscallException {
        lan.uplinks().get(network.ports().indexOf(to)).give(frames);
        rig.turn();
    }

    /// Each of them passes.
    void assertPasses(byte[]... frames) throws SyscallException {
        assertPasses(port, vm, frames);
    }

    void assertPasses(Port from, FakeVmLink guest, byte[]... frames) throws SyscallException {
        for (byte[] frame : frames) {
            long before = from.toLan().frames();
            guest.give(frame);
            rig.turn();
            assertThat(from.toLan().frames() - before).as(Arrays.toString(frame)).isEqualTo(1);
        }
    }

    /// Each of them is dropped, for that cause.
    void assertDropped(DropCause cause, byte[]... frames) throws SyscallException {
        assertDropped(cause, port, vm, frames);
    }

    void assertDropped(DropCause cause, Port from, FakeVmLink guest, byte[]... frames)
            throws SyscallException {
        for (byte[] frame : frames) {
            long before = from.toLan().drops(cause);
            guest.give(frame);
            rig.turn();
            assertThat(from.toLan().drops(cause) - before).as(Arrays.toString(frame)).isEqualTo(1);
        }
    }
}
