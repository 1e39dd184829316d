package switchd.daemon.cli;

/// Exit statuses, as in sysexits.h.
final class ExitStatus {
    static final int OK = 0;

    /// A check has failed.
    static final int FAILED = 1;

    /// The command line makes no sense.
    static final int USAGE = 64;

    /// The host cannot do it.
    static final int UNAVAILABLE = 69;

    /// A bug.
    static final int SOFTWARE = 70;

    /// The user may not do it.
    static final int NO_PERMISSION = 77;

    private ExitStatus() {}
}
