package switchd.soak;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// `bin/soak MINUTES [--out DIR] [--seed N]`, as words.
final class Arguments {
    static final int USAGE = 2;

    private static final String HELP =
            """
            usage: bin/soak MINUTES [--out DIR] [--seed N]

            Runs the daemon in network namespaces of its own with 32 VMs, three of them guest kernels, for
            MINUTES of churn and faults, looks at it every second, and says whether it has passed.

              --out DIR   where samples.csv, faults.csv, soak.png, verdict.txt, verdict.json and the daemon's
                          log go (default: target/soak)
              --seed N    decides what happens when (default: a new one each time)

            It ends with 0 where the verdict is that it passed, with 1 where it failed.
            """;
    private static final int ROUND = 60;
    private static final int LIGHT = 22;
    private static final int GUESTS = 3;

    private Arguments() {}

    /// Runs what the words say; returns the exit status.
    static int run(String... words) throws Exception {
        Path root = Path.of(System.getProperty("soak.root"));
        String minutes = words.length == 0 ? "" : words[0];
        String out = option("--out", root.resolve("bench/target/soak").toString(), words);
        String seed = option("--seed", Long.toString(new Random().nextInt(1_000_000)), words);
        if (List.of(words).contains("--help")) {
            System.out.print(HELP);
            return 0;
        }
        boolean isKnown =
                IntStream.iterate(1, i -> i < words.length, i -> i + 2)
                        .allMatch(i -> List.of("--out", "--seed").contains(words[i]));
        if (!minutes.matches("[1-9][0-9]{0,4}")
                || !seed.matches("[0-9]{1,18}")
                || words.length % 2 == 0
                || !isKnown) {
            System.err.print(HELP);
            return USAGE;
        }
        Soak soak =
                new Soak(
                        root,
                        Path.of(out).toAbsolutePath(),
                        Integer.parseInt(minutes) * 60,
                        ROUND,
                        Long.parseLong(seed),
                        LIGHT,
                        GUESTS,
                        List.of(FaultKind.values()));
        System.out.println("seed " + seed + ", results in " + soak.out());
        Verdict verdict = soak.run();
        System.out.print(Report.text(verdict));
        return verdict.passed() ? 0 : 1;
    }

    private static String option(String name, String usual, String... words) {
        int at = List.of(words).indexOf(name);
        return at > 0 && at + 1 < words.length ? words[at + 1] : usual;
    }
}
