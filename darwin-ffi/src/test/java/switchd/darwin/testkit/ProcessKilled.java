package switchd.darwin.testkit;

/// Ends the threads of a process that was killed: no call of it returns any more, and none of its
/// clean-up has an effect.
@SuppressWarnings("serial")
public final class ProcessKilled extends Error {
    ProcessKilled(int pid) {
        super("process " + pid + " was killed", null, false, false);
    }
}
