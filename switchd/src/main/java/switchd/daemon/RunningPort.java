package switchd.daemon;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.attach.DatagramAccept;
import switchd.attach.SocketDirectory;
import switchd.attach.SocketPath;
import switchd.core.EventLoop;
import switchd.core.Network;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// A port that is up, with all that belongs to it: its memory, its place on the network, its
/// socket.
///
/// Used by the loop's thread alone.
final class RunningPort implements AutoCloseable {
    private final Port port;
    private final RunningNetwork on;
    private final SocketPath path;
    private final Undo place;
    private final Undo socket;
    private final Rates rates;

    private RunningPort(Port port, RunningNetwork on, SocketPath path, Undo place, Undo socket) {
        this.port = port;
        this.on = on;
        this.path = path;
        this.place = place;
        this.socket = socket;
        this.rates = new Rates(port);
    }

    /// Where ports live.
    record Surroundings(PosixHost host, EventLoop loop, Consumer<PortEvent> events) {}

    /// Opens a port: from here on a VM can attach.
    ///
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static RunningPort open(PortSpec spec, Owner owner, RunningNetwork on, Surroundings around)
            throws SwitchdException {
        PosixHost host = around.host();
        Network network = on.network();
        try (Undo place = new Undo();
                Undo socket = new Undo()) {
            Arena arena = Arena.ofConfined();
            place.push(arena::close);
            Port port =
                    new Port(
                            spec.name(),
                            around.loop(),
                            network,
                            spec.macPolicy(),
                            around.events(),
                            arena);
            // First: what root alone may do should be said before anything else is complained of.
            network.join(port);
            place.push(() -> network.leave(port));
            SocketPath path =
                    new SocketPath(
                            host.posix(),
                            host.fileRights(),
                            owner,
                            SocketPlaces.pathOf(spec, host.posix()));
            SocketDirectory directory = SocketPlaces.directoryOf(spec, host, owner);
            socket.push(directory::close);
            DatagramAccept accept = DatagramAccept.open(host, around.loop(), port, path, on.io());
            socket.push(accept::close);
            return new RunningPort(port, on, path, place.take(), socket.take());
        }
    }

    Port port() {
        return port;
    }

    RunningNetwork network() {
        return on;
    }

    /// Where a VM attaches.
    @Nullable String socketPath() {
        return path.path();
    }

    /// The same for tools that speak a stream.
    @Nullable String streamPath() {
        return null;
    }

    /// What has gone through it in the last second.
    Rates rates() {
        return rates;
    }

    /// Detaches the VM and removes the socket and what was made for it. Quick.
    void closeSocket() throws SwitchdException {
        port.detach("the port is removed");
        socket.close();
    }

    /// Closes the port. The kernel takes some 20 ms to remove a TAP. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        closeSocket();
        place.close();
    }
}
