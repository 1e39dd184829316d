package switchd.daemon.trace;

import static switchd.fuzz.Check.isLine;
import static switchd.fuzz.Check.that;

import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.daemon.capture.CaptureRecord;
import switchd.fuzz.Input;

/// Frames over time, as `switchd trace` reads them: each finding is a line and JSON, and there are
/// never more findings than there were frames and questions.
public final class TraceFuzz {
    private static final long SECOND = 1_000_000_000;
    private static final FindingText TEXT = new FindingText(ZoneOffset.UTC);

    private TraceFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        int[] counts = new int[2];
        Trace trace = new Trace("lan", input.octet() == 1, finding -> look(finding, counts));
        long now = 0;
        while (!input.isEmpty()) {
            int what = input.octet();
            if ((what & 3) == 3) {
                now += (what >> 2) * SECOND / 4;
                trace.tick(now);
                continue;
            }
            Direction direction = Direction.values()[what & 1];
            DropCause[] causes = DropCause.values();
            @Nullable DropCause cause =
                    (what & 2) == 0 ? null : causes[(what >> 2) % causes.length];
            int length = input.half() % 1600;
            byte[] frame = input.take(length);
            counts[0]++;
            trace.record(
                    new CaptureRecord(
                            CaptureRecord.Kind.FRAME, direction, cause, length, 0, now, frame));
        }
        trace.tick(now + SECOND);
        trace.tick(now + 2 * Trace.FORGET_NANOS);
        int told = counts[1];
        trace.tick(now + 4 * Trace.FORGET_NANOS);
        that(counts[1] == told, "it goes on telling of what is over");
    }

    private static void look(Finding finding, int[] counts) {
        counts[1]++;
        that(counts[1] <= 4 * counts[0], "it tells more than it was shown");
        isLine(TEXT.of(finding));
        that(FindingText.json(finding).indexOf('\n') < 0, "JSON of two lines");
    }
}
