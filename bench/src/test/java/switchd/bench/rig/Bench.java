package switchd.bench.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `bin/bench [scenario…] [--json F] [--plot DIR]`.
@Command(
        name = "bin/bench",
        sortOptions = false,
        mixinStandardHelpOptions = false,
        description = {
            "Measures switchd beside others that do the same work: a switch in C by the same calls, vde_switch, QEMU, the"
                    + " kernel's bridge alone. In each round all run in turn, and the ratios are those of one round; the"
                    + " baseline runs twice, which tells how much of a ratio is chance. Needs Linux and root; networks"
                    + " and processes are its own and go with it."
        },
        footer = {
            "",
            "It ends with 0 where every contestant but vde_switch has a value of every round, with 1 where frames were"
                    + " lost again and again, with 64 where the words are wrong."
        })
final class Bench implements Callable<Integer> {
    private static final int USAGE = 64;
    private static final int FAILED = 70;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", description = "What to measure; all without one.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "List the scenarios.")
    private boolean isList;

    @Option(names = "--rounds", description = "How many rounds (default: ${DEFAULT-VALUE}).")
    private int rounds = 20;

    @Option(names = "--seconds", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds = 0.5;

    @Option(
            names = "--warm",
            description = "Length of a run before the first round (default: ${DEFAULT-VALUE}).")
    private double warm = 2;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "DIR", description = "Write a PNG per scenario there.")
    private @Nullable Path plots;

    @Option(names = "--help", usageHelp = true, description = "Show this.")
    @SuppressWarnings("UnusedVariable") // picocli's
    private boolean isHelp;

    @Override
    public Integer call() throws IOException {
        if (isList) {
            Scenarios.ALL.forEach(s -> System.out.printf("%-10s %s%n", s.name(), s.about()));
            return 0;
        }
        List<Scenario> chosen = chosen();
        Path root = Path.of(System.getProperty("bench.root"));
        Programs programs =
                Programs.compile(root.resolve("bench/src/main/c"), root.resolve("bench/target/c"));
        Map<String, String> host = Host.facts(root);
        Rounds how = new Rounds(rounds, seconds, warm, System.err::println);
        Report report = new Report(command(), host, new ArrayList<>());
        System.out.println(report.head());
        for (Scenario scenario : chosen) {
            try (Site site = new Site(root, programs, scenario.mtu())) {
                Result result = how.run(scenario, site);
                report.results().add(result);
                System.out.println(Report.table(result));
                if (plots != null) {
                    Panels.write(result, Files.createDirectories(plots));
                }
            }
            if (json != null) {
                report.write(json);
            }
        }
        return report.isWhole() ? 0 : 1;
    }

    private List<Scenario> chosen() {
        List<String> known = Scenarios.ALL.stream().map(Scenario::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw wrong(name + ": no such scenario; there are " + String.join(", ", known));
            }
        }
        if (rounds < 1 || !(seconds > 0) || !(warm >= 0)) {
            throw wrong("--rounds, --seconds: more than 0; --warm: 0 or more");
        }
        return Scenarios.ALL.stream()
                .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
                .toList();
    }

    private CommandLine.ParameterException wrong(String what) {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return new CommandLine.ParameterException(spec.commandLine(), what);
    }

    private String command() {
        return names.stream()
                .map(name -> " " + name)
                .collect(
                        Collectors.joining(
                                "",
                                "bin/bench",
                                " --rounds %d --seconds %s --warm %s"
                                        .formatted(rounds, seconds, warm)));
    }

    /// Runs what the words say; returns the exit status.
    static int run(String... words) {
        CommandLine line = new CommandLine(new Bench());
        line.getCommandSpec().exitCodeOnInvalidInput(USAGE).exitCodeOnExecutionException(FAILED);
        return line.execute(words);
    }

    /// Where the program begins.
    public static void main(String[] words) {
        System.exit(run(words));
    }
}
