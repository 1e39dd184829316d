package switchd.daemon;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import switchd.attach.DatagramAccept;
import switchd.attach.SocketDirectory;
import switchd.attach.SocketPath;
import switchd.core.EventLoop;
import switchd.core.InterfaceName;
import switchd.core.Network;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.posix.DatagramIo;
import switchd.posix.Owner;
import switchd.posix.PosixHost;

/// A port with all that belongs to it: its memory, its place on the network, its socket.
///
/// Used by the loop's thread alone.
final class RunningPort implements AutoCloseable {
    private final Port port;
    private final Network network;
    private final SocketPath path;
    private final Undo place;
    private final Undo socket;

    private RunningPort(Port port, Network network, SocketPath path, Undo place, Undo socket) {
        this.port = port;
        this.network = network;
        this.path = path;
        this.place = place;
        this.socket = socket;
    }

    /// What ports of one network share.
    ///
    /// @param io receives into the network's slots
    record Surroundings(
            PosixHost host,
            EventLoop loop,
            Network network,
            DatagramIo io,
            Consumer<PortEvent> events) {}

    /// Opens a port: from here on a VM can attach.
    ///
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static RunningPort open(PortSpec spec, Owner owner, Surroundings around)
            throws SwitchdException {
        PosixHost host = around.host();
        Network network = around.network();
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
            DatagramAccept accept =
                    DatagramAccept.open(host, around.loop(), port, path, around.io());
            socket.push(accept::close);
            return new RunningPort(port, network, path, place.take(), socket.take());
        }
    }

    Port port() {
        return port;
    }

    Status.PortStatus status(NetworkSpec networkSpec) {
        InterfaceName uplink = network.uplinkOf(port);
        return new Status.PortStatus(
                port.name(),
                path.path(),
                network.name(),
                networkSpec.kind(),
                uplink == null ? "" : uplink.value(),
                network.mtu(),
                state(),
                port.policy().macPolicy().toString());
    }

    private Status.State state() {
        if (network.hasLostUplink(port)) {
            return Status.State.UPLINK_LOST;
        }
        return port.isAttached() ? Status.State.ATTACHED : Status.State.DETACHED;
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
