package switchd.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ThrottleTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Throttle throttle = new Throttle();
    private final List<String> written = new ArrayList<>();

    private static Moment at(double seconds) {
        long millis = (long) (seconds * 1_000);
        return new Moment(NOON.plusMillis(millis), millis * 1_000_000);
    }

    private void write(List<LogLine> lines) {
        for (LogLine line : lines) {
            String text = LogFormat.TEXT.render(line).strip();
            written.add(text.substring(text.indexOf(' ') + 1));
        }
    }

    private void say(double seconds, String message) {
        write(
                throttle.accept(
                        LogLine.of(
                                at(seconds), Level.WARNING, "switchd.test", message, message, "")));
    }

    private void event(double seconds, String port, String event, String text) {
        PortMessage message = new PortMessage(port, event, text);
        write(throttle.accept(LogLine.of(at(seconds), Level.INFO, "switchd.test", message)));
    }

    private void look(double seconds) {
        write(throttle.due(at(seconds)));
    }

    @Test
    void theSameIsSaidOnceAndThenSummedUp() {
        for (int i = 0; i <= 41; i++) {
            say(i * 0.1, "no buffers");
        }
        look(9.9);
        assertThat(written).containsExactly("WARNING no buffers");

        look(10);
        assertThat(written)
                .containsExactly(
                        "WARNING no buffers", "WARNING no buffers (repeated 41 times in 10 s)");
    }

    @Test
    void whatGoesOnIsALineAWindow() {
        for (int i = 0; i < 30_000; i++) {
            say(i * 0.001, "no buffers");
        }
        look(30);
        assertThat(written)
                .containsExactly(
                        "WARNING no buffers",
                        "WARNING no buffers (repeated 9999 times in 10 s)",
                        "WARNING no buffers (repeated 10000 times in 10 s)",
                        "WARNING no buffers (repeated 10000 times in 10 s)");
        look(40);
        say(41, "no buffers");
        assertThat(written).last().isEqualTo("WARNING no buffers");
    }

    @Test
    void otherLinesPassMeanwhile() {
        say(0, "one");
        say(0.1, "two");
        say(0.2, "one");
        say(0.3, "three");

        assertThat(written).containsExactly("WARNING one", "WARNING two", "WARNING three");
    }

    @Test
    void aRepeatIsToldAsSoonAsTheNextLineComesAfterTheWindow() {
        say(0, "one");
        say(5, "one");
        say(12, "two");

        assertThat(written)
                .containsExactly(
                        "WARNING one", "WARNING one (repeated 1 time in 12 s)", "WARNING two");
    }

    @Test
    void aVmThatRestartsIsSeen() {
        event(0, "vm0", "attached", "VM attached: /a");
        event(1, "vm0", "detached", "VM detached: /a");
        event(2, "vm0", "attached", "VM attached: /b");

        assertThat(written)
                .containsExactly(
                        "INFO vm0: VM attached: /a",
                        "INFO vm0: VM detached: /a",
                        "INFO vm0: VM attached: /b");
    }

    @Test
    void aStormOfOnePortIsSummedUpAndHidesNoOther() {
        for (int i = 0; i < 1_000; i++) {
            event(i * 0.002, "vm0", "attached", "VM attached: /" + i);
            event(i * 0.002 + 0.001, "vm0", "detached", "VM detached: /" + i);
        }
        event(5, "vm1", "attached", "VM attached: /x");
        assertThat(written).hasSize(11).last().isEqualTo("INFO vm1: VM attached: /x");

        look(10);
        // The last one says how things stand.
        assertThat(written.subList(11, written.size()))
                .containsExactly(
                        "INFO vm0: VM attached: /999 (repeated 995 times in 10 s)",
                        "INFO vm0: VM detached: /999 (repeated 995 times in 10 s)");
    }

    @Test
    void theEndTellsWhatWasHeldBack() {
        say(0, "one");
        say(1, "one");
        say(2, "one");
        write(throttle.drain(at(3)));
        write(throttle.drain(at(4)));

        assertThat(written).containsExactly("WARNING one", "WARNING one (repeated 2 times in 3 s)");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1_000_000_000, -3_600, 3_600, 1_000_000_000})
    void aClockThatIsSetChangesNothing(long jump) {
        say(0, "one");
        say(1, "one");
        Moment later = new Moment(NOON.plusSeconds(jump), at(2).nanos());
        write(throttle.accept(LogLine.of(later, Level.WARNING, "switchd.test", "one", "one", "")));
        assertThat(throttle.untilDue(later)).hasSeconds(8);
        look(10);
        assertThat(written)
                .containsExactly("WARNING one", "WARNING one (repeated 2 times in 10 s)");
    }

    /// Whatever comes in whatever order: each line is written or counted.
    @Test
    void nothingIsLost() {
        Random random = new Random(4);
        long told = 0;
        long said = 0;
        double time = 0;
        for (int i = 0; i < 20_000; i++) {
            time += random.nextDouble() * 0.05;
            int kind = random.nextInt(Throttle.KINDS * 2);
            if (random.nextBoolean()) {
                say(time, "message " + kind);
            } else {
                event(time, "vm" + kind, "attached", "VM attached: " + i);
            }
            said++;
        }
        write(throttle.drain(at(time)));
        for (String line : written) {
            var sum = java.util.regex.Pattern.compile("repeated (\\d+) time").matcher(line);
            told += sum.find() ? Long.parseLong(sum.group(1)) : 1;
        }
        assertThat(told).isEqualTo(said);
    }
}
