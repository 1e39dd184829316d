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
    private final Undo resources;

    private RunningPort(Port port, Network network, SocketPath path, Undo resources) {
        this.port = port;
        this.network = network;
        this.path = path;
        this.resources = resources;
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
        try (Undo undo = new Undo()) {
            Arena arena = Arena.ofConfined();
            undo.push(arena::close);
            SocketPath path =
                    new SocketPath(
                            host.posix(),
                            host.fileRights(),
                            owner,
                            SocketPlaces.pathOf(spec, host.posix()));
            Port port =
                    new Port(
                            spec.name(),
                            around.loop(),
                            network,
                            spec.macPolicy(),
                            around.events(),
                            arena);
            SocketDirectory directory = SocketPlaces.directoryOf(spec, host, owner);
            undo.push(directory::close);
            DatagramAccept accept =
                    DatagramAccept.open(host, around.loop(), port, path, around.io());
            undo.push(accept::close);
            network.join(port);
            undo.push(() -> network.leave(port));
            return new RunningPort(port, network, path, undo.take());
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
                port.policy().macPolicy().toString());
    }

    /// Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        resources.close();
    }
}
