package switchd.core;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakePoller;
import switchd.core.testkit.FakeVmLink;

/// A loop that the test turns by hand, with networks, ports and VMs on it.
final class Rig implements AutoCloseable {
    static final int MTU = 1500;

    final FakePoller poller = new FakePoller();
    final EventLoop loop = new EventLoop(poller, poller::nanos);
    final Arena arena = Arena.ofConfined();
    final List<PortEvent> events = new ArrayList<>();

    IsolatedNetwork isolated() {
        return new IsolatedNetwork("test", MTU, loop, arena);
    }

    BridgedNetwork bridged(FakeLan lan) {
        return new BridgedNetwork(lan.interfaceName().value(), lan, loop, arena);
    }

    /// A port that is not on its network yet.
    Port newPort(Network network, String name, String macPolicy) {
        return new Port(
                name, loop, network, MacPolicy.parse(macPolicy), Guards.USUAL, events::add, arena);
    }

    Port port(Network network, String name, String macPolicy) throws SwitchdException {
        Port port = newPort(network, name, macPolicy);
        network.join(port);
        return port;
    }

    /// A port with guards, on its network.
    Port port(Network network, String name, String macPolicy, Guards guards)
            throws SwitchdException {
        MacPolicy policy = MacPolicy.parse(macPolicy);
        Port port = new Port(name, loop, network, policy, guards, events::add, arena);
        network.join(port);
        return port;
    }

    /// A new VM on `port`, whose kernel tells when there is room.
    FakeVmLink vm(Port port, Network network) throws SyscallException {
        return attach(port, new FakeVmLink(port.name() + ".sock", network.slots()));
    }

    FakeVmLink attach(Port port, FakeVmLink link) throws SyscallException {
        poller.follow(link);
        port.attach(link);
        return link;
    }

    void turn() throws SyscallException {
        loop.turn();
    }

    /// Lets `nanos` pass, then turns once.
    void turnAfter(long nanos) throws SyscallException {
        poller.advance(nanos);
        loop.turn();
    }

    <T extends PortEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static SyscallException failure(Errno errno) {
        return new SyscallException("test(fake)", errno.number());
    }

    @Override
    public void close() {
        arena.close();
    }
}
