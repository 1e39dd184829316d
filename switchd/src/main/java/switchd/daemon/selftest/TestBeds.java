package switchd.daemon.selftest;

import switchd.core.HostException;
import switchd.core.Kernel;

/// Picks the bed for the running kernel.
public final class TestBeds {
    private TestBeds() {}

    /// A bed that is not built yet.
    ///
    /// @throws HostException where this build has none for this kernel
    public static TestBed open() throws HostException {
        return switch (Kernel.current()) {
            case LINUX -> new LinuxTestBed();
            case DARWIN ->
                    throw new HostException(
                            "this version of switchd does not run on macOS yet: run it on Linux");
        };
    }
}
