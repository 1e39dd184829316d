package switchd.daemon.selftest;

/// A check that did not end as it should; the message says what was seen.
final class CheckException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Report.Result result;

    private CheckException(Report.Result result, String seen) {
        super(seen);
        this.result = result;
    }

    /// It has failed.
    static CheckException failed(String seen) {
        return new CheckException(Report.Result.FAILED, seen);
    }

    /// The host does not carry it, and need not.
    static CheckException limited(String seen) {
        return new CheckException(Report.Result.LIMITED, seen);
    }

    /// It cannot be made here.
    static CheckException notRun(String reason) {
        return new CheckException(Report.Result.NOT_RUN, reason);
    }

    Report.Result result() {
        return result;
    }
}
