package switchd.bench.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.bench.rig.Scenario.Field;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Work per frame that is counted, not timed: the kernel counts calls as they come in
/// (`raw_syscalls:sys_enter`), the JVM what the loop's thread has allocated, to some hundred bytes.
final class Counting {
    private static final Pattern CALLS = Pattern.compile("^(\\d+),.*sys_enter", Pattern.MULTILINE);
    private static final Pattern ALLOCATED =
            Pattern.compile("\"switchd-loop\".* allocated=([0-9.]+)([BKMG])");
    private static final String[] OPTIONS = {"--size", "512", "--window", "64"};

    private final Site site;
    private final boolean isCounted;

    private Counting(Site site) {
        this.site = site;
        this.isCounted = site.has("perf");
    }

    static Field field(Site site) {
        Counting counting = new Counting(site);
        List<Contestant> switches =
                Scenarios.withPeers(site).stream()
                        .filter(who -> !who.processes().isEmpty())
                        .toList();
        Cell there = new Cell("VM→LAN", (who, s) -> counting.flow(who, who.near(), who.far(), s));
        Cell back = new Cell("LAN→VM", (who, s) -> counting.flow(who, who.far(), who.near(), s));
        return new Field(switches, List.of(there, back));
    }

    private Sample flow(Contestant who, List<String> from, List<String> to, double seconds) {
        long process = who.processes().getFirst();
        double before = allocated(who);
        List<String> command = site.generator("flow", from, to, who, seconds, OPTIONS);
        if (isCounted) {
            List<String> counted = new ArrayList<>(List.of("perf", "stat", "-x,"));
            counted.addAll(List.of("-e", "raw_syscalls:sys_enter", "-p", Long.toString(process)));
            counted.addAll(command);
            command = counted;
        }
        // Not in a namespace, where the kernel's files of events are not.
        String output;
        try (Job job = Job.start(command, Map.of())) {
            job.awaitExit(Duration.ofSeconds(30).plusMillis((long) (seconds * 1000)));
            output = job.output();
        }
        JsonNode told =
                JsonMapper.shared()
                        .readTree(
                                output.lines()
                                        .filter(l -> l.startsWith("{"))
                                        .findFirst()
                                        .orElse(output));
        Sample flow = Sample.flow(told);
        double frames = Math.max(1, told.path("received").asDouble());
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        Matcher calls = CALLS.matcher(output);
        if (calls.find()) {
            values.put(Metric.CALLS, Double.parseDouble(calls.group(1)) / frames);
        }
        if (!Double.isNaN(before)) {
            values.put(Metric.ALLOCATED, (allocated(who) - before) / frames);
        }
        return new Sample(values, flow.foreign(), flow.fault());
    }

    /// Bytes that the loop's thread has allocated since it began; NaN for what is no JVM.
    private static double allocated(Contestant who) {
        if (!who.isJava()) {
            return Double.NaN;
        }
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        String process = who.processes().getFirst().toString();
        try (Job job = Job.start(jcmd, process, "Thread.print", "-e")) {
            job.awaitExit(Await.SHORT);
            Matcher allocated = ALLOCATED.matcher(job.output());
            return allocated.find() ? bytes(allocated.group(1), allocated.group(2)) : Double.NaN;
        }
    }

    private static double bytes(String number, String unit) {
        return Double.parseDouble(number) * (1L << (10 * "BKMG".indexOf(unit)));
    }
}
