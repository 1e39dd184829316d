package switchd.daemon.capture;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import switchd.core.DropCause;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.PacketText;

/// A record of a capture in one line, for people.
public final class CaptureText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

    private final ZoneId zone;

    /// @param zone of the times
    public CaptureText(ZoneId zone) {
        this.zone = zone;
    }

    /// The line, without its end.
    public String of(CaptureRecord captured) {
        String start = time(captured.time()) + " ";
        String way = captured.direction().label();
        DropCause cause = captured.cause();
        String dropped = cause == null ? "" : "dropped: " + cause.label();
        return switch (captured.kind()) {
            case LOST -> start + missing(captured.count());
            case UNSEEN -> "%s%-5s %d frames %s".formatted(start, way, captured.count(), dropped);
            case FRAME ->
                    "%s%-5s %s, %d bytes%s%s"
                            .formatted(
                                    start,
                                    way,
                                    PacketText.of(Packet.of(captured.frame())),
                                    captured.length(),
                                    cause == null ? "" : ", " + dropped,
                                    captured.count() == 0
                                            ? ""
                                            : " (before it " + missing(captured.count()) + ")");
        };
    }

    private static String missing(long count) {
        return count + " frames are missing: they came faster than they were read";
    }

    /// A time of day, with microseconds.
    public String time(long nanos) {
        return TIME.format(
                Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000).atZone(zone));
    }
}
