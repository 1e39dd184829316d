package switchd.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Lab;

/// Looks at the daemon and its host once a second. A thread of its own.
final class Sampler implements AutoCloseable {
    private static final long SECOND = 1_000_000_000;
    private static final double TICKS = 100; // of a second; USER_HZ, the same on all of Linux

    private final Site site;
    private final long start;
    private final List<Seen> seen = new ArrayList<>();
    private final Thread thread;
    private volatile boolean ended;
    private volatile boolean rests;

    private record Seen(
            int second,
            int life,
            boolean rest,
            LiveDaemon.Look look,
            double interfaces,
            double members,
            double files,
            double logLines) {}

    /// @param start the run's, by `System.nanoTime()`
    Sampler(Site site, long start) {
        this.site = site;
        this.start = start;
        thread = Thread.ofPlatform().daemon().name("sampler").start(this::run);
    }

    /// Tells it whether everything is as it was at the beginning.
    void rests(boolean does) {
        rests = does;
    }

    /// Waits until it has looked for another two times.
    void awaitTwo() {
        int before = count();
        Await.until("samples", Await.SHORT, () -> count() >= before + 2);
    }

    private int count() {
        synchronized (seen) {
            return seen.size();
        }
    }

    private void run() {
        long begin = System.nanoTime();
        while (!ended) {
            long next = ((System.nanoTime() - start) / SECOND + 1) * SECOND + start;
            while (!ended && System.nanoTime() < next) {
                LockSupport.parkNanos(Math.min(next - System.nanoTime(), SECOND / 10));
            }
            if (next - SECOND < begin) {
                continue; // not a whole second
            }
            boolean rested = rests;
            Seen one = look((int) ((next - start) / SECOND), rested);
            synchronized (seen) {
                // Rest may have ended while it looked.
                seen.add(rested && !rests ? restless(one) : one);
            }
        }
    }

    private static Seen restless(Seen one) {
        return new Seen(
                one.second,
                one.life,
                false,
                one.look,
                one.interfaces,
                one.members,
                one.files,
                one.logLines);
    }

    private Seen look(int second, boolean rested) {
        Command links = site.lab().host().tried(Await.SHORT, "ip", "-o", "link");
        return new Seen(
                second,
                site.daemon().life(),
                rested,
                site.daemon().look(),
                links.output().lines().count(),
                links.output()
                        .lines()
                        .filter(line -> line.contains("master " + Lab.BRIDGE))
                        .count(),
                site.files(),
                site.daemon().logged().lines().count());
    }

    /// All samples, once all answers have come.
    List<Sample> samples(List<Fault> faults) {
        List<Sample> samples = new ArrayList<>();
        long ticks = 0;
        int before = 0;
        for (Seen one : seen) {
            int second = one.second;
            double cpu = (one.look.ticks() - ticks) / TICKS / Math.max(1, second - before) * 100;
            samples.add(
                    new Sample(
                            second,
                            one.life,
                            faults.stream().anyMatch(fault -> fault.concerns(second)),
                            one.rest,
                            one.look.descriptors(),
                            one.look.threads(),
                            one.look.residentMiB(),
                            one.look.heapMiB(),
                            ticks == 0 || cpu < 0 ? Double.NaN : cpu,
                            one.interfaces,
                            one.members,
                            one.files,
                            one.logLines,
                            site.vms().lan().trips(second - 1),
                            site.vms().between().trips(second - 1),
                            site.vms().past().trips(second - 1),
                            site.vms().lan().sent(second - 1)
                                    + site.vms().between().sent(second - 1),
                            site.vms().lan().lost(second - 1)
                                    + site.vms().between().lost(second - 1)));
            ticks = one.look.ticks();
            before = second;
        }
        return samples;
    }

    /// Ends the thread. Doing so twice is no error.
    void end() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
    }
}
