package switchd.darwin.testkit;

/// What all processes of a kernel in memory share. Everything in it is guarded by this object's
/// lock; whoever waits in a call waits on it.
final class FakeKernel {
    final Profile profile;
    final FakeNet net = new FakeNet(this);

    FakeKernel(Profile profile) {
        this.profile = profile;
    }

    /// Wakes whoever waits in a call, to look again. Called with the lock held, after anything that
    /// may make a descriptor ready.
    void changed() {
        notifyAll();
    }

    /// What the real kernel was seen to do with this call: the test fails.
    static AssertionError panic(String what) {
        return new AssertionError("KERNEL PANIC: " + what);
    }
}
