package switchd.darwin.testkit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What all processes of a kernel in memory share. Everything in it is guarded by this object's
/// lock; whoever waits in a call waits on it.
final class FakeKernel {
    private static final int FIRST_PID = 1000;
    private static final int STAFF = 20;

    final Profile profile;
    final FakeNet net;
    final FakeFiles files;

    /// Whether the C library has `sendmsg_x` and `recvmsg_x`.
    boolean batchCalls = true;

    private final Map<Integer, FakeProcess> processes = new HashMap<>();
    private final FakeProcess root;
    private long inodes = 2;
    private long clock = System.currentTimeMillis() * 1_000_000;

    FakeKernel(Profile profile) {
        this.profile = profile;
        this.net = new FakeNet(this);
        this.root = new FakeProcess(this, 1, 0, 0);
        root.umask = 0;
        processes.put(root.pid, root);
        this.files = new FakeFiles(this);
    }

    /// A process with all rights, for what tests do behind the scenes.
    FakeProcess root() {
        return root;
    }

    FakeProcess newProcess(int uid) {
        int pid = FIRST_PID + processes.size() - 1;
        FakeProcess process = new FakeProcess(this, pid, uid, uid == 0 ? 0 : STAFF);
        processes.put(pid, process);
        return process;
    }

    /// The process of a number, null where there is none or it is dead.
    @Nullable FakeProcess process(long pid) {
        FakeProcess process = processes.get((int) pid);
        return process == null || !process.isAlive() ? null : process;
    }

    long nextInode() {
        inodes++;
        return inodes;
    }

    /// The time: no two answers are the same.
    long tick() {
        clock = Math.max(clock + 1, System.currentTimeMillis() * 1_000_000);
        return clock;
    }

    /// Wakes whoever waits in a call, to look again. Called with the lock held, after anything that
    /// may make a descriptor ready.
    void changed() {
        notifyAll();
    }

    /// Waits in a call of `process` until something [#changed()]: to be called in a loop.
    void sleep(FakeProcess process) {
        sleepUntil(process, Long.MAX_VALUE);
    }

    /// As [#sleep(FakeProcess)], at most until [System#nanoTime] is `deadline`.
    @SuppressWarnings("WaitNotInLoop")
    void sleepUntil(FakeProcess process, long deadline) {
        process.sleepers++;
        long nanos = deadline == Long.MAX_VALUE ? 0 : deadline - System.nanoTime();
        try {
            if (deadline == Long.MAX_VALUE) {
                wait();
            } else if (nanos > 0) {
                wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("EINTR");
        } finally {
            process.sleepers--;
        }
        process.requireAlive();
    }

    /// What the real kernel was seen to do with this call: the test fails.
    static AssertionError panic(String what) {
        return new AssertionError("KERNEL PANIC: " + what);
    }
}
