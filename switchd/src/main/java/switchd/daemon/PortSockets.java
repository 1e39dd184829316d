package switchd.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.attach.DatagramAccept;
import switchd.attach.DescriptorAttach;
import switchd.attach.SocketAccess;
import switchd.attach.SocketDirectory;
import switchd.attach.SocketPath;
import switchd.attach.StreamAccept;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixHost;

/// The ways by which a VM attaches to a port: datagrams, streams, and descriptors. Whoever comes
/// first has the port.
///
/// Used by the loop's thread alone.
final class PortSockets implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PortSockets.class.getName());

    private final @Nullable String socket;
    private final @Nullable String stream;
    private final DescriptorAttach descriptors;
    private final Undo made;

    private PortSockets(
            @Nullable String socket,
            @Nullable String stream,
            DescriptorAttach descriptors,
            Undo made) {
        this.socket = socket;
        this.stream = stream;
        this.descriptors = descriptors;
        this.made = made;
    }

    /// Opens what `spec` asks for.
    ///
    /// @param owner of the sockets
    /// @param io of the port's network
    /// @throws SwitchdException where something cannot be had; nothing is left behind
    static PortSockets open(
            PortSpec spec, Owner owner, PosixHost host, EventLoop loop, Port port, DatagramIo io)
            throws SwitchdException {
        Posix posix = host.posix();
        SocketAccess access = SocketPlaces.access(spec.access(), owner, posix);
        String socket = SocketPlaces.pathOf(spec, posix);
        String stream = SocketPlaces.streamOf(spec, posix);
        try (Undo undo = new Undo()) {
            Set<String> directories = new HashSet<>();
            if (socket != null) {
                directories.add(SocketPlaces.parent(socket));
                SocketDirectory directory = SocketPlaces.directoryOf(spec, socket, host, access);
                undo.push(directory::close);
                SocketPath path = new SocketPath(posix, host.fileRights(), access, socket);
                DatagramAccept accept = DatagramAccept.open(host, loop, port, path, io);
                undo.push(accept::close);
            }
            if (stream != null) {
                if (directories.add(SocketPlaces.parent(stream))) {
                    SocketDirectory directory =
                            SocketPlaces.directoryOf(spec, stream, host, access);
                    undo.push(directory::close);
                }
                SocketPath path = SocketPath.ofStream(posix, host.fileRights(), access, stream);
                StreamAccept accept = openStream(spec, host, loop, port, path);
                if (accept == null) {
                    stream = null;
                } else {
                    undo.push(accept::close);
                }
            }
            DescriptorAttach descriptors = new DescriptorAttach(host, loop, port, io);
            undo.push(descriptors::close);
            if (spec.descriptor() != null) {
                descriptors.adopt(spec.descriptor());
            }
            return new PortSockets(socket, stream, descriptors, undo.take());
        }
    }

    /// Null where the kernel has no such sockets, and nobody asked for one.
    private static @Nullable StreamAccept openStream(
            PortSpec spec, PosixHost host, EventLoop loop, Port port, SocketPath path)
            throws SwitchdException {
        try {
            return StreamAccept.open(host, loop, port, path);
        } catch (SyscallException e) {
            boolean unknown =
                    e.is(Errno.ENOSYS) || e.is(Errno.EOPNOTSUPP) || e.is(Errno.EPROTONOSUPPORT);
            if (spec.stream() != null || !unknown) {
                throw e;
            }
            LOG.log(Level.WARNING, port.name() + " has no stream socket: " + e.getMessage());
            return null;
        }
    }

    /// Where a VM attaches by datagrams; null where there is no such path.
    @Nullable String socket() {
        return socket;
    }

    /// Where a VM attaches by a stream; null where there is no such path.
    @Nullable String stream() {
        return stream;
    }

    /// See [DescriptorAttach#handOver].
    Fd handOver(int pid, Posix caller) throws SwitchdException {
        return descriptors.handOver(pid, caller);
    }

    /// Removes the sockets and what was made for them; the port's VM is the port's to detach,
    /// before. Closing twice is no error.
    @Override
    public void close() throws SwitchdException {
        made.close();
    }
}
