package switchd.darwin.testkit;

/// A Darwin kernel in memory, as one process sees it.
public final class FakeXnu {
    private final FakeKernel kernel;

    private FakeXnu(FakeKernel kernel) {
        this.kernel = kernel;
    }

    /// Boots a kernel and gives its first process, root's.
    public static FakeXnu boot(Profile profile) {
        return new FakeXnu(new FakeKernel(profile));
    }

    FakeKernel kernel() {
        return kernel;
    }
}
