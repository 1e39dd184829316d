package switchd.darwin.testkit;

/// The kernels that the fake can be. They differ where `kernel-semantics` says so; the names are
/// those of the macOS release.
public enum Profile {
    MACOS11,
    MACOS13,
    MACOS14,
    MACOS15;

    /// True for `least` and every later one.
    public boolean since(Profile least) {
        return compareTo(least) >= 0;
    }
}
