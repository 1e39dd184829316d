package switchd.attach.keeper;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import switchd.attach.KeptLinks.Kept;
import switchd.posix.NativePosix;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// The keepers that a test has started, processes of their own, and a link for them to hold.
final class Keepers implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Posix posix = new NativePosix(arena);
    private final int link = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
    private final Set<ProcessHandle> before = children();

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    Arena arena() {
        return arena;
    }

    Posix posix() {
        return posix;
    }

    int link() {
        return link;
    }

    List<ProcessHandle> all() {
        return children().stream().filter(each -> !before.contains(each)).toList();
    }

    /// What the keeper at `path` gives to the next daemon.
    List<String> held(Path path) throws Exception {
        try (KeeperClient next = new KeeperClient(path.toString(), 60)) {
            List<Kept> kept = next.takeBack();
            kept.forEach(each -> posix.close(each.fd()));
            return kept.stream().map(each -> each.name().toString()).toList();
        }
    }

    /// Ends them.
    @Override
    public void close() {
        all().forEach(ProcessHandle::destroyForcibly);
        posix.close(link);
        arena.close();
    }
}
