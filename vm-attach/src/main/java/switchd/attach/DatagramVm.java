package switchd.attach;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import switchd.attach.DatagramLink.Fate;
import switchd.core.HostException;
import switchd.core.Port;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.posix.Credentials;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.Owner;
import switchd.posix.PeerWatch;
import switchd.posix.PosixHost;
import switchd.posix.SenderCredentials;

/// The VM that is attached to a port by datagrams, if any: how it comes, and how its end is
/// noticed.
///
/// Used by the loop's thread alone.
final class DatagramVm implements AutoCloseable {
    private final PosixHost host;
    private final Port port;
    private final SocketPath path;
    private final DatagramIo io;
    private final Listener listener;
    private final Refusals refusals;
    private final LinkKeeper keeper;
    private final DatagramLink.Maker maker = new LinkMaker();
    private final Map<String, Owner> former = new LinkedHashMap<>();
    private @Nullable DatagramLink link;
    private @Nullable PeerWatch process;

    /// @param listener whose socket becomes the VM's link
    /// @param refusals where those are told who came to the link by mistake
    DatagramVm(
            PosixHost host,
            Port port,
            SocketPath path,
            DatagramIo io,
            Listener listener,
            Refusals refusals,
            LinkKeeper keeper) {
        this.host = host;
        this.port = port;
        this.path = path;
        this.io = io;
        this.listener = listener;
        this.refusals = refusals;
        this.keeper = keeper;
    }

    /// Null where no VM is attached by datagrams.
    @Nullable DatagramLink link() {
        return link;
    }

    /// Connects the listening socket to the client at `name`, and listens with a fresh one.
    void attach(String name, @Nullable Credentials sender) throws SwitchdException {
        SocketPath.Bound socket = listener.socket();
        if (socket == null) {
            throw new HostException("the path has no socket for now");
        }
        Client client = new Client(host.posix(), name, path, sender);
        DatagramLink fresh =
                new DatagramLink(io, socket, client, port, path, host.roomSignal(), maker);
        try (Undo undo = new Undo()) {
            undo.push(client::close);
            // A socket that is connected, to whomever, is of no use for listening.
            undo.push(() -> {
                if (client.wasConnected()) {
                    if (listener.holds(socket)) {
                        listener.take();
                        listener.ensureOpen();
                    }
                    fresh.close();
                }
            });
            path.as(
                    client.rights(),
                    () -> {
                        client.connect(socket.fd().number());
                        return true;
                    });
            // Once connected, it takes datagrams of the client alone.
            SenderCredentials.want(host.posix(), socket.fd().number(), false);
            listener.take();
            listener.arrive();
            // Before anybody hears of the VM: whoever comes then must not reach its link.
            listener.ensureOpen();
            // Before anybody hears of the VM: who does may count on its outliving this process.
            undo.push(keeper::forget);
            keeper.keep(LinkName.Kind.DATAGRAM, path.path(), sender, fresh.fd());
            port.attach(fresh);
            undo.keep();
        }
        link = fresh;
        watchProcess(fresh);
        refusals.forget();
        former.remove(client.path());
        path.removeDead(former);
        former.clear();
    }

    /// Goes on with the link of a VM that was attached to the daemon before this one.
    ///
    /// @param kept its descriptor stays the caller's where this fails
    /// @throws SwitchdException where it is no such link, or its VM is gone
    void resume(KeptLinks.Kept kept) throws SwitchdException {
        int number = kept.fd();
        InheritedSocket known = InheritedSocket.inspect(host.posix(), number);
        if (known.isStream()
                || known.peer().isEmpty()
                || !keeper.isOurs(kept.name(), path.path())) {
            throw new HostException("the port has another owner, mode or path now");
        }
        if (Question.isRefused(io, number)) {
            throw new HostException("its VM is gone");
        }
        try (Undo undo = new Undo()) {
            Client client = new Client(host.posix(), known.peer(), path, kept.name().vm());
            undo.push(client::close);
            path.as(client.rights(), () -> client.meetAgain(number));
            DatagramLink fresh =
                    new DatagramLink(
                            io,
                            path.prepare(new Fd(host.posix(), number)),
                            client,
                            port,
                            path,
                            host.roomSignal(),
                            maker);
            SenderCredentials.want(host.posix(), number, false);
            port.resume(fresh);
            undo.keep();
            link = fresh;
            keeper.goOn(kept.name());
            watchProcess(fresh);
        }
    }

    /// Sees whether the VM is alive.
    void lookAfter() {
        DatagramLink vm = link;
        if (vm != null && vm.fate() == Fate.GONE) {
            port.detach("its socket is closed");
        }
    }

    /// Hears of the end of the VM's process where the kernel tells it, which spares the wait for
    /// the next look.
    private void watchProcess(DatagramLink vm) {
        process = host.watchPeer(vm.fd(), () -> processEnded(vm));
    }

    private void processEnded(DatagramLink vm) {
        if (vm.fate() == Fate.GONE) {
            port.detach("its process has ended");
        } else {
            watchProcess(vm); // another process holds its socket
        }
    }

    private final class LinkMaker implements DatagramLink.Maker {
        @Override
        public void stranger(DatagramLink vm, String name) {
            refusals.tell(name, Refusals.occupied(port));
        }

        @Override
        public void closed(DatagramLink gone) {
            if (link == gone) {
                link = null;
                keeper.forget();
                if (process != null) {
                    process.close();
                    process = null;
                }
            }
            if (path.isBeside(gone.client().path())) {
                former.put(gone.client().path(), gone.client().rights());
            }
        }
    }

    /// Removes the files that clients have left beside the path.
    @Override
    public void close() {
        path.removeDead(former);
        former.clear();
    }
}
