package switchd.daemon;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.attach.KeptLinks;
import switchd.core.EventLoop;
import switchd.core.Guards;
import switchd.core.IpPolicy;
import switchd.core.Network;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.posix.Fd;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixHost;

/// A port that is up, with all that belongs to it: its memory, its place on the network, its
/// socket.
///
/// Used by the loop's thread alone.
final class RunningPort implements AutoCloseable {
    private final Port port;
    private final RunningNetwork on;
    private final PortSockets sockets;
    private final Undo place;
    private final Rates rates;

    private RunningPort(Port port, RunningNetwork on, PortSockets sockets, Undo place) {
        this.port = port;
        this.on = on;
        this.sockets = sockets;
        this.place = place;
        this.rates = new Rates(port);
    }

    /// Where ports live.
    ///
    /// @param kept links that a daemon before this one has left
    record Surroundings(
            PosixHost host, EventLoop loop, Consumer<PortEvent> events, KeptLinks kept) {}

    /// Opens a port: from here on a VM can attach.
    ///
    /// @throws UsageException where its VM would have to wait for addresses that nobody gives
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static RunningPort open(PortSpec spec, Owner owner, RunningNetwork on, Surroundings around)
            throws SwitchdException {
        Network network = on.network();
        Guards guards = guards(spec, on.spec());
        try (Undo place = new Undo()) {
            Arena arena = Arena.ofConfined();
            place.push(arena::close);
            Port port =
                    new Port(
                            spec.name(),
                            around.loop(),
                            network,
                            spec.macPolicy(),
                            guards,
                            around.events(),
                            arena);
            // First: what root alone may do should be said before anything else is complained of.
            network.join(port);
            place.push(() -> network.leave(port));
            PortSockets sockets = PortSockets.open(spec, owner, around, port, on.io());
            return new RunningPort(port, on, sockets, place.take());
        }
    }

    /// What guards a port on a network.
    ///
    /// @throws UsageException where its VM would have to wait for addresses that nobody gives
    static Guards guards(PortSpec spec, NetworkSpec on) throws UsageException {
        Guards guards = spec.guards().on(on.guards());
        if (on.kind() instanceof NetworkSpec.Isolated && guards.ips() instanceof IpPolicy.Leased) {
            throw new UsageException(
                    "ipGuard \"dhcp\" of port %s: nobody gives addresses on %s, which is isolated: list the addresses, or remove it"
                            .formatted(spec.name(), on.name()));
        }
        return guards;
    }

    Port port() {
        return port;
    }

    RunningNetwork network() {
        return on;
    }

    /// Where a VM attaches.
    @Nullable String socketPath() {
        return sockets.socket();
    }

    /// The same for tools that speak a stream.
    @Nullable String streamPath() {
        return sockets.stream();
    }

    /// Attaches the VM that gets the descriptor.
    ///
    /// @param pid who gets it; 0 where that is not known
    /// @param caller closes it: belongs to the thread that hands it over
    /// @throws SwitchdException where the port has a VM already, or the kernel refuses
    Fd handOver(int pid, Posix caller) throws SwitchdException {
        return sockets.handOver(pid, caller);
    }

    /// What has gone through it in the last second.
    Rates rates() {
        return rates;
    }

    /// Detaches the VM and removes the socket and what was made for it. Quick.
    void closeSocket() throws SwitchdException {
        port.detach("the port is removed");
        sockets.close();
    }

    /// Closes the port. The kernel takes some 20 ms to remove a TAP. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        closeSocket();
        place.close();
    }
}
