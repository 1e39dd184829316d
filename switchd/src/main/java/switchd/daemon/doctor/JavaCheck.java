package switchd.daemon.doctor;

import java.util.List;
import java.util.Map;
import switchd.posix.Posix;

/// The JVM: its version, whether it may call the kernel, and options that come from elsewhere.
final class JavaCheck implements Check {
    private static final int OLDEST = 25;

    /// What a JVM or the dynamic linker obeys without being asked.
    private static final List<String> MEDDLERS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "LD_PRELOAD");

    private static final String DARWIN_MEDDLERS = "DYLD_";

    @Override
    public String name() {
        return "java";
    }

    @Override
    public List<Finding> run() {
        return judge(
                Runtime.version().feature(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Posix.class.getModule().isNativeAccessEnabled(),
                System.getenv());
    }

    /// @param feature of the version: 25
    /// @param version in full
    /// @param nativeAccess whether the modules that call the kernel may
    /// @param environment of this process
    static List<Finding> judge(
            int feature, String version, boolean nativeAccess, Map<String, String> environment) {
        Findings findings = new Findings("java");
        if (feature < OLDEST) {
            findings.fail(
                    null,
                    "switchd needs Java %d, this is %s".formatted(OLDEST, version),
                    "export JAVA_HOME=/path/to/jdk-" + OLDEST);
        } else if (!nativeAccess) {
            findings.fail(
                    null,
                    version + " was not told that switchd may call the kernel",
                    "java --enable-native-access=switchd.posix,switchd.daemon … (bin/switchd"
                            + " does)");
        } else {
            findings.pass(null, version + ", native access enabled");
        }
        environment.keySet().stream()
                .filter(key -> MEDDLERS.contains(key) || key.startsWith(DARWIN_MEDDLERS))
                .sorted()
                .forEach(key ->
                        findings.warn(
                                key,
                                "%s is set: it changes how the JVM of every switchd works that is started from here"
                                        .formatted(key),
                                "unset " + key));
        return findings.list();
    }
}
