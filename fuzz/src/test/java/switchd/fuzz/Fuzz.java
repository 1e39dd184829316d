package switchd.fuzz;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// `bin/fuzz MINUTES [--keep] [TARGET…]`: the time is split over the targets, which run one after
/// the other. A line for each says what it has come to; the exit status is 1 where a fault was
/// found.
///
/// Inputs of interest are kept from run to run outside the repository; `--keep` puts the fewest of
/// them that reach as much among the seeds.
final class Fuzz {
    private static final int USAGE = 64;
    private static final String ROW = "%-20s %8s %12s %8s %9s %8s%n";

    private final Path store;
    private final boolean keep;
    private final PrintStream out;

    private Fuzz(Path store, boolean keep, PrintStream out) {
        this.store = store;
        this.keep = keep;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean keep = words.remove("--keep");
        List<String> names = words.subList(Math.min(1, words.size()), words.size());
        List<Target> targets = names.stream().flatMap(name -> Target.of(name).stream()).toList();
        if (words.isEmpty()
                || !words.getFirst().matches("[1-9][0-9]{0,4}")
                || targets.size() != names.size()) {
            System.err.println(
                    "usage: bin/fuzz MINUTES [--keep] [TARGET...]\ntargets: " + labels());
            System.exit(USAGE);
        }
        List<Target> chosen = targets.isEmpty() ? List.of(Target.values()) : targets;
        long seconds = Integer.parseInt(words.getFirst()) * 60L / chosen.size();
        Fuzz fuzz = new Fuzz(Path.of(System.getProperty("fuzz.store")), keep, System.out);
        System.exit(fuzz.all(chosen, Math.max(1, seconds)) ? 0 : 1);
    }

    private static String labels() {
        return Arrays.stream(Target.values()).map(Target::label).collect(Collectors.joining(" "));
    }

    private boolean all(List<Target> targets, long seconds)
            throws IOException, InterruptedException {
        boolean isClean = true;
        out.printf(ROW, "target", "seconds", "executions", "branches", "features", "findings");
        for (Target target : targets) {
            isClean &= one(target, seconds);
        }
        out.println("inputs of interest are in " + store);
        return isClean;
    }

    private boolean one(Target target, long seconds) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(store.resolve(target.corpus()));
        Path work = Files.createTempDirectory("fuzz-" + target.label());
        Jazzer.Result result =
                new Jazzer(target.type(), target.kernel(), work)
                        .options("-max_total_time=" + seconds)
                        .run(List.of(corpus, Corpus.of(target)), 2 * seconds + 600);
        out.printf(
                ROW,
                target.label(),
                seconds,
                result.executions(),
                result.coverage(),
                result.features(),
                result.findings().size());
        for (Path finding : result.findings()) {
            out.printf("  %s%n  what was said: %s%n", finding, work.resolve("log"));
            out.printf("  once it is mended: cp %s %s%n", finding, Corpus.of(target));
        }
        if (keep) {
            new Jazzer(target.type(), target.kernel(), work)
                    .options("-merge=1")
                    .run(List.of(Corpus.of(target), corpus), 600);
        }
        return result.findings().isEmpty();
    }
}
