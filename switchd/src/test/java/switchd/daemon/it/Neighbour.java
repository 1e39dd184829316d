package switchd.daemon.it;

/// A VM whose neighbours may suffer from what it does: by its port or, for comparison, beside the
/// daemon, where what it costs the machine is the same.
interface Neighbour extends AutoCloseable {
    /// From here on its port has what it does, or not.
    void bad(boolean isBad);

    /// What it has done to its port so far: frames, or lives.
    long done();

    @Override
    void close();
}
