package switchd.attach;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import switchd.core.EventLoop;
import switchd.core.Learnt;
import switchd.core.Port;
import switchd.posix.Posix;

/// The links that a daemon before this one has left, by port, and the store that holds them.
///
/// Used by the loop's thread alone, once it is made.
public final class KeptLinks {
    private static final Logger LOG = System.getLogger(KeptLinks.class.getName());

    private final LinkStore store;
    private final List<Kept> left = new ArrayList<>();
    private final List<Kept> notes = new ArrayList<>();

    /// @param left what the store gave back; the descriptors are this object's
    public KeptLinks(LinkStore store, List<Kept> left) {
        this.store = store;
        left.forEach(
                kept -> (kept.name().kind() == LinkName.Kind.NOTE ? notes : this.left).add(kept));
    }

    /// A link.
    ///
    /// @param fd number of its descriptor
    public record Kept(LinkName name, int fd) {}

    /// No links, and no store.
    public static KeptLinks none() {
        return new KeptLinks(LinkStore.NONE, List.of());
    }

    /// Keeps the links of a port's VMs from here on.
    public LinkKeeper keeper(Posix posix, EventLoop loop, Port port, SocketAccess access) {
        return new LinkKeeper(store, posix, loop, port, access);
    }

    /// This process ends: what is held stays held, whatever is closed from here on.
    public void leave() {
        store.leave();
    }

    /// Takes those of a port; the descriptors are the caller's.
    public List<Kept> take(String port) {
        List<Kept> taken = new ArrayList<>();
        for (Iterator<Kept> each = left.iterator(); each.hasNext(); ) {
            Kept kept = each.next();
            if (kept.name().port().equals(port)) {
                taken.add(kept);
                each.remove();
            }
        }
        return taken;
    }

    /// What the daemon before has learnt of the VM of a link, as far as it can be so.
    ///
    /// @param now the loop's time
    public Learnt learnt(Posix posix, LinkName link, long now) {
        Learnt learnt = Learnt.NOTHING;
        for (Iterator<Kept> each = notes.iterator(); each.hasNext(); ) {
            Kept note = each.next();
            if (note.name().equals(link.note())) {
                byte[] octets = Letter.read(posix, note.fd());
                learnt = VmNote.read(octets, now, System.currentTimeMillis()).orElse(learnt);
                posix.close(note.fd());
                each.remove();
            }
        }
        return learnt;
    }

    /// Closes one that nobody goes on with.
    ///
    /// @param why after "its VM has to attach again: "
    public void drop(Posix posix, Kept kept, String why) {
        LOG.log(Level.INFO, kept.name().port() + ": a link of the daemon before is closed: " + why);
        posix.close(kept.fd());
        store.forget(kept.name().toString());
    }

    /// Closes those of ports that there are no more.
    public void dropRest(Posix posix) {
        left.forEach(kept -> drop(posix, kept, "there is no such port any more, or it is down"));
        left.clear();
        for (Kept note : notes) {
            posix.close(note.fd());
            store.forget(note.name().toString());
        }
        notes.clear();
    }
}
