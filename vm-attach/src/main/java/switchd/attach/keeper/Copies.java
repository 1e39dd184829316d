package switchd.attach.keeper;

import java.util.LinkedHashMap;
import java.util.Map;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// The daemon's own copies of the descriptors that a keeper holds, for the next one where that one
/// ends.
final class Copies implements AutoCloseable {
    private static final int FIRST = 3;

    private final Posix posix;
    private final Map<String, Integer> all = new LinkedHashMap<>();

    Copies(Posix posix) {
        this.posix = posix;
    }

    /// By name, in the order in which they came.
    Map<String, Integer> all() {
        return all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// Copies one. Where the process is out of descriptors, there is none.
    void add(String name, int descriptor) {
        remove(name);
        int copy = posix.fcntl(descriptor, PosixConstants.F_DUPFD_CLOEXEC, FIRST);
        if (copy >= 0) {
            all.put(name, copy);
        }
    }

    /// Closes one, if there is one.
    void remove(String name) {
        Integer copy = all.remove(name);
        if (copy != null) {
            posix.close(copy);
        }
    }

    /// Closes all.
    @Override
    public void close() {
        all.values().forEach(posix::close);
        all.clear();
    }
}
