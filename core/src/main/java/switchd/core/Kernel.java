package switchd.core;

/// The kernels this program runs on.
public enum Kernel {
    LINUX,
    DARWIN;

    private static final Kernel CURRENT = detect();

    /// The kernel that answers our calls: the system property `switchd.host` (`linux` or `darwin`)
    /// where it is set, else the one that the JVM reports.
    public static Kernel current() {
        return CURRENT;
    }

    private static Kernel detect() {
        String name = System.getProperty("switchd.host", System.getProperty("os.name"));
        return switch (name) {
            case "linux", "Linux" -> LINUX;
            case "darwin", "Mac OS X" -> DARWIN;
            default ->
                    throw new IllegalStateException(
                            "switchd runs on Linux and macOS, not on " + name);
        };
    }
}
