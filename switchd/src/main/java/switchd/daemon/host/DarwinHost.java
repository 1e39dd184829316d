package switchd.daemon.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.Poller;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Watch;
import switchd.darwin.Darwin;
import switchd.darwin.KernelEvents;
import switchd.darwin.KqueuePoller;
import switchd.darwin.MessageXIo;
import switchd.darwin.ProcessExits;
import switchd.darwin.ProcessFileRights;
import switchd.darwin.SocketAbilities;
import switchd.feth.Bridge;
import switchd.feth.OwnInterfaces;
import switchd.feth.Sweep;
import switchd.posix.DatagramIo;
import switchd.posix.FileRights;
import switchd.posix.PeerWatch;
import switchd.posix.Posix;
import switchd.posix.PosixHost;
import switchd.posix.RoomSignal;

/// What macOS gives the daemon: kqueue, feth pairs in bridges, BPF and NDRV. Belongs to the loop's
/// thread.
public final class DarwinHost implements PosixHost {
    private static final Logger LOG = System.getLogger(DarwinHost.class.getName());

    /// Goes with the interfaces when the machine starts anew. No port can have this name.
    public static final String JOURNAL = "/var/run/switchd/.interfaces";

    private final Darwin darwin;
    private final Arena arena;
    private final Writer writer;
    private final InterfaceWatch watch = new InterfaceWatch();
    private final Set<String> told = new HashSet<>();
    private final Undo owned = new Undo();
    private @Nullable EventLoop loop;
    private @Nullable SocketAbilities abilities;
    private @Nullable OwnInterfaces interfaces;
    private @Nullable ProcessExits exits;
    private boolean listens;
    private boolean exitsTried;

    /// @param arena of the loop's thread; must outlive everything that is opened here
    /// @param writer how frames are to be written
    public DarwinHost(Darwin darwin, Arena arena, Writer writer) {
        this.darwin = darwin;
        this.arena = arena;
        this.writer = writer;
    }

    Darwin darwin() {
        return darwin;
    }

    Writer writer() {
        return writer;
    }

    InterfaceWatch watch() {
        return watch;
    }

    /// What makes interfaces. What a former process has left is swept when it is first asked for.
    OwnInterfaces interfaces() throws SyscallException {
        OwnInterfaces open = interfaces;
        if (open == null) {
            open = OwnInterfaces.open(darwin, JOURNAL, DarwinHost::warn);
            owned.push(open::close);
            interfaces = open;
            if (darwin.geteuid() == 0) {
                Sweep.run(open).forEach(DarwinHost::warn);
            }
        }
        return open;
    }

    private static void warn(String sentence) {
        LOG.log(Level.WARNING, sentence);
    }

    /// Says once what this kernel does not offer.
    void tellMissing(List<String> refused) {
        for (String call : refused) {
            String request = call.substring(0, Math.max(0, call.indexOf(',')));
            if (told.add(request)) {
                LOG.log(Level.DEBUG, "not offered by this kernel: " + call);
            }
        }
    }

    @Override
    public void start(EventLoop ownLoop) {
        loop = ownLoop;
        watch.start(ownLoop);
    }

    @Override
    public Posix posix() {
        return darwin;
    }

    @Override
    public Poller openPoller() throws SyscallException {
        return KqueuePoller.open(darwin, arena);
    }

    @Override
    public Lan openBridge(InterfaceName bridge) throws SwitchdException {
        listen();
        return FethLan.open(this, Bridge.open(interfaces(), bridge));
    }

    @Override
    public Lan openOrCreateBridge(InterfaceName bridge) throws SwitchdException {
        listen();
        return FethLan.open(this, Bridge.openOrCreate(interfaces(), bridge));
    }

    @Override
    public Lan openInterface(InterfaceName nic) throws SwitchdException {
        listen();
        return NicLan.open(this, nic);
    }

    /// From here on the kernel tells what happens to interfaces, if it does: frames pass without.
    private void listen() {
        if (!listens) {
            listens = true;
            try {
                KernelEvents events = KernelEvents.open(darwin, arena, watch);
                owned.push(events::close);
                watched(events.fd(), events);
            } catch (SyscallException e) {
                watch.ended(e);
            }
        }
    }

    private void watched(int fd, EventHandler handler) throws SyscallException {
        EventLoop running = loop;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        Watch ownWatch = running.watch(fd, handler);
        owned.push(ownWatch::close);
    }

    private SocketAbilities abilities() {
        SocketAbilities found = abilities;
        if (found == null) {
            found = SocketAbilities.probe(darwin);
            LOG.log(Level.DEBUG, "this kernel's datagram sockets: " + found);
            abilities = found;
        }
        return found;
    }

    @Override
    public DatagramIo datagramIo(Arena memory, FrameBatch slots) {
        return MessageXIo.open(darwin, memory, slots, abilities());
    }

    @Override
    public FileRights fileRights() {
        return new ProcessFileRights(darwin);
    }

    @Override
    public RoomSignal roomSignal() {
        return abilities().roomSignal();
    }

    @Override
    public PeerWatch watchPeer(int fd, Runnable ended) {
        tryExits();
        ProcessExits open = exits;
        return open == null ? () -> {} : open.watch(fd, ended);
    }

    private void tryExits() {
        if (!exitsTried) {
            exitsTried = true;
            try {
                ProcessExits open = ProcessExits.open(darwin, arena);
                owned.push(open::close);
                watched(open.fd(), open);
                exits = open;
            } catch (SyscallException e) {
                LOG.log(Level.DEBUG, "the ends of VMs' processes are not told: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        Closing.quietly("the host", owned);
    }
}
