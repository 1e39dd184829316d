package switchd.darwin.testkit;

import java.util.Map;
import java.util.TreeMap;

/// One process of a kernel in memory: its descriptors, and who it is. Guarded by the kernel's lock.
final class FakeProcess {
    private static final int FIRST_DESCRIPTOR = 3;

    /// `OPEN_MAX`.
    private static final int DEFAULT_LIMIT = 10_240;

    final FakeKernel kernel;
    final int pid;
    final int realUid;
    final int egid;
    int euid;
    int umask = 0022;

    /// Its threads that wait in a call.
    int sleepers;

    int descriptorLimit = DEFAULT_LIMIT;
    private final Map<Integer, FakeFile> descriptors = new TreeMap<>();
    private boolean alive = true;

    FakeProcess(FakeKernel kernel, int pid, int uid, int gid) {
        this.kernel = kernel;
        this.pid = pid;
        this.realUid = uid;
        this.euid = uid;
        this.egid = gid;
    }

    boolean isRoot() {
        return euid == 0;
    }

    boolean isAlive() {
        return alive;
    }

    /// The dead make no calls.
    void requireAlive() {
        if (!alive) {
            throw new ProcessKilled(pid);
        }
    }

    /// `EMFILE` where there is no room for `count` more descriptors.
    void requireRoom(int count) {
        Refused.when(FIRST_DESCRIPTOR + descriptors.size() + count > descriptorLimit, "EMFILE");
    }

    /// Gives a file the lowest free number.
    int open(FakeFile file) {
        requireRoom(1);
        int number = FIRST_DESCRIPTOR;
        while (descriptors.containsKey(number)) {
            number++;
        }
        descriptors.put(number, file);
        file.references++;
        return number;
    }

    FakeFile file(long descriptor) {
        FakeFile file = descriptors.get((int) descriptor);
        if (file == null) {
            throw new Refused("EBADF");
        }
        return file;
    }

    FakeSocket socket(int descriptor) {
        if (file(descriptor) instanceof FakeSocket socket) {
            return socket;
        }
        throw new Refused("ENOTSOCK");
    }

    FakeKqueue kqueue(int descriptor) {
        if (file(descriptor) instanceof FakeKqueue kqueue) {
            return kqueue;
        }
        throw new Refused("EBADF");
    }

    int close(int descriptor) {
        FakeFile file = file(descriptor);
        descriptors.remove(descriptor);
        for (FakeFile other : descriptors.values()) {
            if (other instanceof FakeKqueue kqueue) {
                kqueue.forget(descriptor);
            }
        }
        file.references--;
        if (file.references == 0) {
            file.closed();
        }
        kernel.changed();
        return 0;
    }

    /// How many descriptors are open.
    int descriptors() {
        return descriptors.size();
    }

    /// Its end, whatever it was doing.
    void die() {
        if (alive) {
            for (int descriptor : descriptors.keySet().toArray(Integer[]::new)) {
                close(descriptor);
            }
            alive = false;
            kernel.changed();
        }
    }
}
