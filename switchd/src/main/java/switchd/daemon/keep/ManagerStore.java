package switchd.daemon.keep;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import switchd.attach.KeptLinks.Kept;
import switchd.attach.LinkName;
import switchd.daemon.service.Supervisor;
import switchd.launchd.ActivatedSockets;
import switchd.posix.Posix;

/// systemd's descriptor store: what it holds comes with the next start of the service, and goes
/// when the service is stopped.
final class ManagerStore implements Store {
    private final Supervisor manager;
    private final Posix posix;
    private final Set<String> held = new LinkedHashSet<>();

    ManagerStore(Supervisor manager, Posix posix) {
        this.manager = manager;
        this.posix = posix;
    }

    @Override
    public List<Kept> takeBack() {
        List<Kept> kept = new ArrayList<>();
        for (ActivatedSockets.Held each : manager.held()) {
            held.add(each.name());
            LinkName.parse(each.name())
                    .ifPresentOrElse(
                            name -> kept.add(new Kept(name, each.descriptor())),
                            () -> posix.close(each.descriptor()));
        }
        return kept;
    }

    @Override
    public void keep(String name, int descriptor) {
        held.add(name);
        manager.hold(name, descriptor);
    }

    @Override
    public void forget(String name) {
        held.remove(name);
        manager.release(name);
    }

    @Override
    public void dismiss() {
        held.forEach(manager::release);
        held.clear();
    }

    @Override
    public void close() {
        // The manager is another's.
    }
}
