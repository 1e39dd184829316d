package switchd.darwin.testkit;

/// What all processes of a kernel in memory share. Everything in it is guarded by this object's
/// lock; whoever waits in a call waits on it.
final class FakeKernel {
    final Profile profile;

    FakeKernel(Profile profile) {
        this.profile = profile;
    }

    /// What the real kernel was seen to do with this call: the test fails.
    static AssertionError panic(String what) {
        return new AssertionError("KERNEL PANIC: " + what);
    }
}
