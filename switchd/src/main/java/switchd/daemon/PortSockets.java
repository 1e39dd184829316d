package switchd.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.attach.DatagramAccept;
import switchd.attach.DescriptorAttach;
import switchd.attach.KeptLinks;
import switchd.attach.LinkKeeper;
import switchd.attach.LinkName;
import switchd.attach.SocketAccess;
import switchd.attach.SocketDirectory;
import switchd.attach.SocketPath;
import switchd.attach.StreamAccept;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.HostException;
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

    /// Opens what `spec` asks for, and goes on with the link of a VM that the daemon before this
    /// one has left.
    ///
    /// @param owner of the sockets
    /// @param io of the port's network
    /// @throws SwitchdException where something cannot be had; nothing is left behind
    static PortSockets open(
            PortSpec spec, Owner owner, RunningPort.Surroundings around, Port port, DatagramIo io)
            throws SwitchdException {
        PosixHost host = around.host();
        EventLoop loop = around.loop();
        Posix posix = host.posix();
        SocketAccess access = SocketPlaces.access(spec.access(), owner, posix);
        String socket = SocketPlaces.pathOf(spec, posix);
        String stream = SocketPlaces.streamOf(spec, posix);
        LinkKeeper keeper =
                spec.temporary() // the next daemon will not know of it
                        ? LinkKeeper.none(posix, loop, port, access)
                        : around.kept().keeper(posix, loop, port, access);
        DatagramAccept datagrams = null;
        try (Undo undo = new Undo()) {
            Set<String> directories = new HashSet<>();
            if (socket != null) {
                directories.add(SocketPlaces.parent(socket));
                SocketDirectory directory = SocketPlaces.directoryOf(spec, socket, host, access);
                undo.push(directory::close);
                SocketPath path = new SocketPath(posix, host.fileRights(), access, socket);
                datagrams = DatagramAccept.open(host, loop, port, path, io, keeper);
                undo.push(datagrams::close);
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
            DescriptorAttach descriptors = new DescriptorAttach(host, loop, port, io, keeper);
            undo.push(descriptors::close);
            undo.push(() -> port.detach("the port is closed"));
            resume(around, port, datagrams, descriptors);
            if (spec.descriptor() != null) {
                descriptors.adopt(spec.descriptor());
            }
            return new PortSockets(socket, stream, descriptors, undo.take());
        }
    }

    private static void resume(
            RunningPort.Surroundings around,
            Port port,
            @Nullable DatagramAccept datagrams,
            DescriptorAttach descriptors) {
        KeptLinks links = around.kept();
        Posix posix = around.host().posix();
        for (KeptLinks.Kept kept : links.take(port.name())) {
            try {
                if (port.isAttached()) {
                    throw new HostException("the port has a VM already: " + port.peer());
                } else if (kept.name().kind() == LinkName.Kind.DESCRIPTOR) {
                    descriptors.resume(kept);
                } else if (datagrams != null) {
                    datagrams.resume(kept);
                } else {
                    throw new HostException("the port has no datagram socket any more");
                }
                port.recall(links.learnt(posix, kept.name(), around.loop().now()));
            } catch (SwitchdException e) {
                links.drop(posix, kept, String.valueOf(e.getMessage()));
            }
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
