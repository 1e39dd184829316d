package switchd.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import switchd.core.SwitchdException;
import switchd.daemon.lab.Await;

/// A run: rounds of churn and faults, each followed by a rest in which all has to be as it was.
///
/// @param root of the checkout that is built
/// @param out where the results go
/// @param seconds how long, but for start and end
/// @param round seconds of one
/// @param seed decides what happens when
/// @param light VMs that come and go, beside the probes
/// @param guests guest kernels
/// @param kinds what happens, each once at least
record Soak(
        Path root,
        Path out,
        int seconds,
        int round,
        long seed,
        int light,
        int guests,
        List<FaultKind> kinds) {
    private static final Duration REST = Duration.ofSeconds(90);
    private static final int GAPS = 15;
    private static final Pattern ERROR = Pattern.compile("^\\S+ ERROR .*|^\\t.*|.*Exception.*");

    /// Runs it, and writes the results.
    Verdict run() throws Exception {
        Files.createDirectories(out);
        Files.deleteIfExists(out.resolve("daemon.log"));
        return new Run(this).whole();
    }

    /// One that goes on.
    private static final class Run {
        private final Soak soak;
        private final long start = System.nanoTime();
        private final Random random;
        private final List<Fault> faults = new ArrayList<>();
        private final List<FaultKind> next = new ArrayList<>();
        private final List<String> silent = new ArrayList<>();

        Run(Soak soak) {
            this.soak = soak;
            random = new Random(soak.seed);
        }

        private double now() {
            return (System.nanoTime() - start) / 1e9;
        }

        Verdict whole() throws Exception {
            try (Site site = new Site(soak.root, soak.out, start, soak.light, soak.guests)) {
                site.start();
                awaitAll(site.vms().probes(), System.nanoTime(), REST);
                try (Sampler sampler = new Sampler(site, start)) {
                    rest(site, sampler);
                    double end = now() + soak.seconds;
                    do {
                        round(site, sampler, Math.min(end, now() + soak.round));
                    } while (now() < end || faults.size() < soak.kinds.size());
                    sampler.end();
                    // What was sent until then has been answered, or never will be.
                    awaitAll(site.vms().probes(), System.nanoTime(), REST);
                    long stopMillis = site.stop();
                    var ending =
                            new Verdict.Ending(
                                    silent,
                                    errors(site),
                                    site.left(),
                                    stopMillis,
                                    site.vms().twice());
                    List<Sample> samples = sampler.samples(faults);
                    Verdict verdict = Verdict.of(samples, faults, ending);
                    new Report(soak, samples, faults, verdict).write();
                    return verdict;
                }
            }
        }

        private void round(Site site, Sampler sampler, double end) throws Exception {
            sampler.rests(false);
            try (Churn _ = new Churn(site, random.nextLong())) {
                do {
                    gap();
                    fault(site);
                    gap();
                } while (now() < end);
            }
            rest(site, sampler);
        }

        private void gap() {
            long end = System.nanoTime() + soak.round * 1_000_000_000L / GAPS;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        }

        private void fault(Site site) throws Exception {
            FaultKind kind = next();
            double from = now();
            kind.happen(site, random);
            boolean isKill = kind == FaultKind.KILLED;
            long mended = isKill ? site.daemon().startedAt() : System.nanoTime();
            double at = (mended - start) / 1e9;
            double recovered = awaitAll(site.vms().probes(), mended, REST) ? now() : Double.NaN;
            faults.add(new Fault(kind.label(), from, at, recovered, kind.bound()));
            System.out.printf("%6.0f s: %s: %.2f s%n", from, kind.label(), recovered - at);
        }

        /// Each in turn, in an order of the seed's. In a long run the daemon is killed in the first
        /// third only, so that one of its lives is long enough to have a trend.
        private FaultKind next() {
            while (true) {
                if (next.isEmpty()) {
                    next.addAll(soak.kinds);
                    Collections.shuffle(next, random);
                }
                FaultKind kind = next.removeLast();
                boolean isLate = soak.seconds >= 600 && now() > soak.seconds / 3.0;
                if (kind != FaultKind.KILLED || !isLate) {
                    return kind;
                }
            }
        }

        private static boolean awaitAll(List<Vm> vms, long since, Duration patience) {
            try {
                Await.until(
                        "answers",
                        patience,
                        () -> vms.stream().allMatch(vm -> vm.talksSince(since)));
                return true;
            } catch (ConditionTimeoutException _) {
                return false;
            }
        }

        /// Waits until every VM talks, and ports and files are those of the beginning.
        private void rest(Site site, Sampler sampler) {
            long since = System.nanoTime();
            List<Vm> all =
                    Stream.concat(site.vms().probes().stream(), site.vms().mortal().stream())
                            .toList();
            if (!awaitAll(all, since, REST)) {
                all.stream().filter(vm -> !vm.talksSince(since)).forEach(vm -> tell(vm.name()));
            }
            site.guests().stream().filter(guest -> !guest.talks()).forEach(g -> tell(g.name()));
            try {
                Await.until("no other ports", REST, () -> hasNoStrangers(site));
            } catch (ConditionTimeoutException _) {
                tell("ports that are too many");
            }
            sampler.rests(true);
            sampler.awaitTwo();
            sampler.awaitTwo();
        }

        private static boolean hasNoStrangers(Site site) {
            try {
                return site.strangers().isEmpty();
            } catch (SwitchdException _) {
                return false;
            }
        }

        private void tell(String who) {
            silent.add("%s at %.0f s".formatted(who, now()));
        }

        private static List<String> errors(Site site) {
            return site.daemon().logged().lines().filter(ERROR.asMatchPredicate()).toList();
        }
    }

    /// `bin/soak MINUTES [--out DIR] [--seed N]`.
    public static void main(String[] words) throws Exception {
        System.exit(Arguments.run(words));
    }
}
