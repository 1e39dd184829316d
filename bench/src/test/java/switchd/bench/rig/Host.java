package switchd.bench.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;

/// The machine and the versions, as they belong to every figure.
final class Host {
    private Host() {}

    /// In the order in which they are told.
    ///
    /// @param root of the checkout
    static Map<String, String> facts(Path root) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put(
                "processor",
                "%d × %s"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                found("/proc/cpuinfo", "model name\\s*: (.*)")));
        facts.put("memory", found("/proc/meminfo", "MemTotal:\\s*(\\d+ kB)"));
        facts.put("kernel", line("uname", "-sr"));
        facts.put("system", found("/etc/os-release", "PRETTY_NAME=\"?([^\"\\n]*)"));
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("cc", line("cc", "--version"));
        facts.put("switchd", line("git", "-C", root.toString(), "describe", "--always", "--dirty"));
        facts.put("vde2", line("dpkg-query", "-W", "-f", "${Version}", "vde2"));
        facts.put("QEMU", line("qemu-system-x86_64", "--version"));
        facts.put("load", found("/proc/loadavg", "(\\S+ \\S+ \\S+)") + " at the start");
        return facts;
    }

    private static String found(String file, String pattern) {
        try {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
            return matcher.find() ? matcher.group(1) : "unknown";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first line that a command prints; "none" where it fails.
    private static String line(String... command) {
        try (Job job = Job.start(List.of(command), Map.of())) {
            int status = job.awaitExit(Await.SHORT);
            return status == 0 ? job.output().lines().findFirst().orElse("none") : "none";
        } catch (UncheckedIOException _) {
            return "none"; // there is no such program
        }
    }
}
