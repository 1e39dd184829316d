package switchd.daemon.selftest;

import switchd.core.Kernel;
import switchd.darwin.NativeDarwin;

/// Picks the bed for the running kernel.
public final class TestBeds {
    private TestBeds() {}

    /// A bed that is not built yet.
    public static TestBed open() {
        return switch (Kernel.current()) {
            case LINUX -> new LinuxTestBed();
            case DARWIN -> new DarwinTestBed(NativeDarwin::new);
        };
    }
}
