package switchd.core.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import switchd.core.SyscallException;

/// Failures that a test has asked for: one for each of the next calls.
final class FakeFailures {
    private final Queue<SyscallException> failures = new ArrayDeque<>();

    void add(SyscallException failure) {
        failures.add(failure);
    }

    void throwNext() throws SyscallException {
        SyscallException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }
}
