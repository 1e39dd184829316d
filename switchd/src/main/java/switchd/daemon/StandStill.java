package switchd.daemon;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;

/// Tells when the loop has stood still, and when the wall clock has jumped: looks every half second
/// what time it is by the clock that nobody sets, and what by the other.
///
/// A process that is stopped (SIGSTOP) stands still by both. While a machine sleeps, the first one
/// rests on Linux and macOS alike, so that to the daemon the wall clock has jumped. Nothing here
/// goes by that clock, but the times in the log and in events. Used by the loop's thread alone.
final class StandStill {
    static final long PERIOD = 500_000_000;

    /// What is less is not told.
    static final long LEAST = 2_000_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final EventLoop loop;
    private final InstantSource wall;
    private final Consumer<DaemonEvent> events;
    private final LoopTimer timer;
    private long looked;
    private Instant seen;

    /// @param wall the clock that people set
    StandStill(EventLoop loop, InstantSource wall, Consumer<DaemonEvent> events) {
        this.loop = loop;
        this.wall = wall;
        this.events = events;
        timer = loop.timer(this::look);
        looked = loop.time();
        seen = wall.instant();
    }

    /// Looks from here on, until the loop ends.
    void begin() {
        looked = loop.time();
        seen = wall.instant();
        timer.set(PERIOD);
    }

    private void look() {
        long now = loop.time();
        Instant shown = wall.instant();
        long passed = now - looked;
        double jump = Duration.between(seen, shown).minusNanos(passed).toNanos() / NANOS_PER_SECOND;
        looked = now;
        seen = shown;
        timer.set(PERIOD);
        if (passed - PERIOD >= LEAST) {
            double seconds = (passed - PERIOD) / NANOS_PER_SECOND;
            tell(
                    "stoodStill",
                    true,
                    seconds,
                    "stood still for %s s: the process was stopped, or the machine had no time for it; frames waited in the kernel"
                            .formatted(rounded(seconds)));
        }
        if (Math.abs(jump) * NANOS_PER_SECOND >= LEAST) {
            tell(
                    "clockJumped",
                    false,
                    jump,
                    jump > 0
                            ? "the clock went ahead by %s s: the machine slept, or somebody has set it"
                                    .formatted(rounded(jump))
                            : "the clock was set back by %s s".formatted(rounded(-jump)));
        }
    }

    private void tell(String event, boolean warning, double seconds, String text) {
        events.accept(
                DaemonEvent.ofDaemon(
                        seen, event, warning, text, Map.of("seconds", rounded(seconds))));
    }

    private static double rounded(double seconds) {
        return Math.round(seconds * 10) / 10.0;
    }
}
