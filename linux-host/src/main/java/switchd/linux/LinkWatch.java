package switchd.linux;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Watch;

/// Has LANs look at the host's interfaces whenever the kernel tells that one has changed, and every
/// two seconds whether it tells or not.
///
/// Without a LAN there is no socket and no timer. Many changes at once are one look, and looks take
/// no more than a tenth of the time. Used by the loop's thread alone.
final class LinkWatch implements EventHandler, AutoCloseable {
    private static final Logger LOG = System.getLogger(LinkWatch.class.getName());
    private static final long POLL = 2_000_000_000;
    private static final long SHORTEST_PAUSE = 5_000_000;
    private static final int SHARE = 10;

    /// Somebody who looks.
    interface Viewer {
        /// @param links all interfaces of the host
        /// @throws SwitchdException where the kernel does not tell more; the next look is tried
        void look(List<LinkStatus> links) throws SwitchdException;

        /// Numbers of the interfaces that it has made.
        List<Integer> ours();
    }

    private final Linux linux;
    private final List<Viewer> viewers = new ArrayList<>();
    private @Nullable EventLoop loop;
    private @Nullable LoopTimer next;
    private @Nullable LinkEvents events;
    private @Nullable Watch watch;
    private long restUntil;
    private boolean soon;
    private boolean told;

    LinkWatch(Linux linux) {
        this.linux = linux;
    }

    /// From here on it watches, on `ownLoop`.
    void start(EventLoop ownLoop) {
        loop = ownLoop;
        next = ownLoop.timer(this::look);
    }

    /// The loop's time.
    long now() {
        return loop == null ? 0 : loop.now();
    }

    /// Numbers of the interfaces that we have made.
    Set<Integer> ours() {
        return viewers.stream()
                .flatMap(viewer -> viewer.ours().stream())
                .collect(Collectors.toSet());
    }

    void add(Viewer viewer) {
        viewers.add(viewer);
        if (viewers.size() == 1 && next != null) {
            listen();
            next.set(POLL);
        }
    }

    /// No error where it is none of them.
    void remove(Viewer viewer) {
        if (viewers.remove(viewer) && viewers.isEmpty()) {
            close();
        }
    }

    private void listen() {
        if (loop == null || events != null) {
            return;
        }
        try (Undo undo = new Undo()) {
            LinkEvents opened = LinkEvents.open(linux);
            undo.push(opened::close);
            watch = loop.watch(opened.fd(), this);
            events = opened;
            told = false;
            undo.keep();
        } catch (SwitchdException e) {
            tell("the kernel does not tell of interfaces, they are looked at every 2 s", e);
        }
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        if (events != null && next != null) {
            events.drain();
            if (!soon) {
                soon = true;
                next.set(Math.max(0, restUntil - now()));
            }
        }
    }

    /// Another socket is tried for with the next look.
    @Override
    public void failed(Exception cause) {
        watch = null;
        if (events != null) {
            events.close();
            events = null;
        }
        LOG.log(Level.DEBUG, "the kernel's messages about interfaces: " + cause.getMessage());
    }

    private void look() {
        soon = false;
        long before = System.nanoTime();
        listen();
        boolean complete = true;
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            @Nullable List<LinkStatus> links = netlink.snapshot();
            complete = links != null;
            if (links != null) {
                List.copyOf(viewers).forEach(viewer -> look(viewer, links));
            }
            told = events == null && told;
        } catch (SyscallException e) {
            tell("the host's interfaces cannot be looked at", e);
        }
        long pause = Math.max(SHORTEST_PAUSE, SHARE * (System.nanoTime() - before));
        restUntil = now() + pause;
        if (next != null && !viewers.isEmpty()) {
            next.set(complete ? POLL : pause);
        }
    }

    private void look(Viewer viewer, List<LinkStatus> links) {
        try {
            viewer.look(links);
        } catch (SwitchdException e) {
            tell("the host's interfaces cannot be looked at", e);
        }
    }

    /// Once, until it is over.
    private void tell(String what, Exception e) {
        if (!told) {
            told = true;
            LOG.log(Level.WARNING, what + ": " + e.getMessage());
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (next != null) {
            next.cancel();
        }
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (events != null) {
            events.close();
            events = null;
        }
    }
}
