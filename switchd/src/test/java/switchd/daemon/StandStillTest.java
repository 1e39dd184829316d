package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.EventLoop;
import switchd.core.LoopTimer;
import switchd.core.Poller;

/// A loop whose time is the test's: nobody waits, and minutes are over at once.
@Timeout(10)
final class StandStillTest {
    private final Clocks clocks = new Clocks();
    private final EventLoop loop = new EventLoop(clocks, () -> clocks.nanos);
    private final List<DaemonEvent> events = new ArrayList<>();
    private final StandStill standStill = new StandStill(loop, () -> clocks.wall, events::add);

    /// Waits by letting time go by, and once the loop has waited so often it ends.
    private final class Clocks implements Poller {
        private long nanos = Long.MAX_VALUE - 1_000; // which may be anything, and wraps
        private Instant wall = Instant.parse("2026-01-01T12:00:00Z");
        private int waits;
        private Duration stopped = Duration.ZERO;
        private Duration set = Duration.ZERO;

        private void pass(Duration time) {
            nanos += time.toNanos();
            wall = wall.plus(time);
        }

        @Override
        public int await(long patience) {
            pass(Duration.ofNanos(Math.max(0, patience)));
            if (++waits == 10) {
                pass(stopped);
                wall = wall.plus(set);
            }
            if (waits == 100) {
                loop.stop();
            }
            return 0;
        }

        @Override
        public void watch(int fd, long token, boolean readable, boolean writable) {}

        @Override
        public void change(int fd, long token, boolean readable, boolean writable) {}

        @Override
        public void unwatch(int fd) {}

        @Override
        public long token(int i) {
            return 0;
        }

        @Override
        public boolean isReadable(int i) {
            return false;
        }

        @Override
        public boolean isWritable(int i) {
            return false;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    private void run() {
        standStill.begin();
        loop.run();
    }

    @Test
    void nothingIsToldWhereNothingIsWrong() {
        clocks.stopped = Duration.ofMillis(1_900);
        clocks.set = Duration.ofMillis(-1_900);
        run();
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 3.0", "600, 600.0", "86400, 86400.0"})
    void aProcessThatWasStoppedSaysForHowLong(long seconds, double told) {
        clocks.stopped = Duration.ofSeconds(seconds);
        run();
        DaemonEvent event = events.getFirst();
        assertThat(events).hasSize(1);
        assertThat(event.event()).isEqualTo("stoodStill");
        assertThat(event.warning()).isTrue();
        assertThat(event.details()).isEqualTo(Map.of("seconds", told));
        assertThat(event.text()).startsWith("stood still for " + told + " s: ");
    }

    @ParameterizedTest
    @CsvSource({
        "3600, the clock went ahead by 3600.0 s: the machine slept",
        "-3600, the clock was set back by 3600.0 s",
        "1000000000, the clock went ahead by 1.0E9 s",
        "-1000000000, the clock was set back by 1.0E9 s"
    })
    void aClockThatJumpsIsToldOnceAndNothingElse(long seconds, String text) {
        clocks.set = Duration.ofSeconds(seconds);
        run();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().event()).isEqualTo("clockJumped");
        assertThat(events.getFirst().text()).startsWith(text);
        assertThat(events.getFirst().details()).isEqualTo(Map.of("seconds", (double) seconds));
    }

    /// A timer that was due a thousand times meanwhile fires once.
    @Test
    void noTimerMakesUpForIt() {
        clocks.stopped = Duration.ofMinutes(10);
        List<Long> fired = new ArrayList<>();
        LoopTimer[] timer = new LoopTimer[1];
        timer[0] =
                loop.timer(() -> {
                    fired.add(loop.now());
                    timer[0].set(100_000_000);
                });
        timer[0].set(100_000_000);
        run();
        for (int i = 1; i < fired.size(); i++) {
            assertThat(fired.get(i) - fired.get(i - 1)).isGreaterThanOrEqualTo(100_000_000);
        }
        assertThat(events).hasSize(1);
    }

    @Test
    void uptimeIsOfTheClockThatNobodySets() {
        Instant started = Instant.parse("2038-01-01T00:00:00Z");
        assertThat(DaemonReport.of(started, 61_900_000_000L, 0).uptimeSeconds()).isEqualTo(61);
    }
}
