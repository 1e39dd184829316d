package switchd.daemon.keep;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import switchd.attach.KeptLinks.Kept;
import switchd.attach.LinkName;
import switchd.core.SwitchdException;
import switchd.daemon.service.Supervisor;
import switchd.launchd.ActivatedSockets;
import switchd.posix.NativePosix;
import switchd.posix.Posix;

/// systemd's descriptor store: what it holds comes with the next start of the service, and goes
/// when the service is stopped.
final class ManagerStore implements Store {
    private static final Logger LOG = System.getLogger("switchd.daemon");

    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final Supervisor manager;
    private final Set<String> held = new LinkedHashSet<>();

    ManagerStore(Supervisor manager) {
        this.manager = manager;
    }

    @Override
    public List<Kept> takeBack() throws SwitchdException {
        List<Kept> kept = new ArrayList<>();
        for (ActivatedSockets.Held each : manager.held()) {
            Optional<LinkName> name = LinkName.parse(each.name());
            if (name.isPresent()) {
                held.add(each.name());
                kept.add(new Kept(name.get(), each.descriptor()));
            } else {
                LOG.log(Level.INFO, "a link of another version is closed: " + each.name());
                posix.close(each.descriptor());
                manager.release(each.name());
            }
        }
        return kept;
    }

    @Override
    public void keep(String name, int descriptor) throws SwitchdException {
        held.add(name);
        manager.hold(name, descriptor);
    }

    @Override
    public void forget(String name) throws SwitchdException {
        manager.release(name);
        held.remove(name);
    }

    @Override
    public boolean takesLater() {
        return true;
    }

    @Override
    public void restore() {
        // The manager does not end.
    }

    @Override
    public void dismiss() throws SwitchdException {
        for (String name : List.copyOf(held)) {
            forget(name);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
